import { PocketrecError } from "../../../../js/common/errors.js";
import { unusedTensors } from "../../blueprint.js";
import { dotBlueprint } from "./blueprint.js";
import { findObject } from "./objects.js";

/**
 * Spotlight's factorisation models, saved whole (torch.save(model)), with its own BilinearNet.
 *
 * @type {import("../../blueprint.js").Layout}
 */
export function spotlightLayout(checkpoint) {
  const found = findObject(checkpoint, /^spotlight\.factorization\.(im|ex)plicit\.\w+Model$/);
  if (!found) return undefined;
  assertNet(checkpoint, found.pathOf("_net"));
  const names = ["user_embeddings", "item_embeddings", "user_biases", "item_biases"];
  const paths = names.map((name) => found.pathOf(`_net.${name}.weight`));
  const [user, item, userBias, itemBias] = paths.map((path) => {
    const tensor = checkpoint.tensors.get(path);
    if (tensor) return tensor;
    throw new PocketrecError("missing-tensor", path, "a tensor of BilinearNet", "none");
  });
  const loss = String(found.setting("_loss"));
  const { output = "identity", ...fit } = FITS[loss] ?? {};
  if (output === "exp") {
    const expected = "a loss whose scores are the raw ones or their sigmoid";
    throw new PocketrecError("unsupported", `Spotlight ${found.name}`, expected, loss);
  }
  const blueprint = dotBlueprint(
    `Spotlight ${found.name}`,
    { user, item, userBias, itemBias },
    { output, ...(fit.known ? { fold_in: { loss: fit.known } } : {}) },
  );
  blueprint.used = new Set(paths);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, "the model does not use it");
  blueprint.isKnownCode = true;
  if (fit.usual) blueprint.usualLoss = fit.usual;
  if (fit.usual) blueprint.notes.push(`trained with Spotlight's ${loss} loss`);
  return blueprint;
}

/**
 * What Spotlight's losses are here: the same, or the usual one in their place.
 *
 * @type {Record<string, { output?: "sigmoid" | "exp", known?: string,
 *   usual?: "bpr" | "log" | "squared" }>}
 */
const FITS = {
  bpr: { known: "bpr" },
  ...{ hinge: { usual: "bpr" }, adaptive_hinge: { usual: "bpr" }, pointwise: { usual: "log" } },
  ...{ regression: { usual: "squared" }, poisson: { output: "exp" } },
  logistic: { output: "sigmoid", known: "log" },
};

/**
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {string} path
 * @throws {PocketrecError} "unsupported"
 */
function assertNet({ classes }, path) {
  const own = "spotlight.factorization.representations.BilinearNet";
  const known = new Map([
    [path, /^spotlight\.factorization\.representations\.BilinearNet$/],
    ...["user_embeddings", "item_embeddings", "user_biases", "item_biases"].map(
      (name) => /** @type {const} */ ([`${path}.${name}`, /\.(Scaled|Zero)?Embedding$/]),
    ),
  ]);
  for (const [at, pattern] of known) {
    const className = classes.get(at);
    if (className === undefined || !pattern.test(className))
      throw new PocketrecError("unsupported", at, own, className ?? "none");
  }
}
