import { PocketrecError } from "../../common/errors.js";
import { emptyBlueprint, unusedTensors } from "../blueprint.js";
import { autoencoderLayout } from "./by-name/autoencoder.js";
import { ncfLayout } from "./by-name/ncf.js";

/**
 * RecBole's checkpoints: its NeuMF, CDAE, MultiDAE, MultiVAE, RecVAE and DMF. Row 0 of users and of
 * items is [PAD], which is nobody and nothing.
 *
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../blueprint.js").LayoutOptions} LayoutOptions
 */

/** What of a model's tensors is named by it alone. @type {Record<string, string>} */
const SIGNS = {
  NeuMF: "user_mf_embedding.weight",
  CDAE: "h_user.weight",
  DMF: "user_linear.weight",
  RecVAE: "encoder.fc_mu.weight",
  MultiDAE: "encoder.mlp_layers.1.weight",
  MultiVAE: "encoder.2.weight",
};

/** @type {import("../blueprint.js").Layout} */
export function recboleLayout(checkpoint, options) {
  const name = modelOf(checkpoint, options);
  if (!name) return undefined;
  const blueprint = BUILDERS[name](checkpoint, options);
  if (!blueprint)
    throw new PocketrecError(
      "unknown-layout",
      `RecBole ${name}`,
      "its tensors",
      [...checkpoint.tensors.keys()].slice(0, 8).join(", ") || "none",
    );
  return { ...blueprint, layout: `RecBole ${name}`, padding: 1, userPadding: 1 };
}

/**
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 */
function modelOf({ tensors, settings }, { from }) {
  const told = setting(settings, "model");
  const isRecbole = from === "recbole" || isCheckpoint(settings);
  if (!isRecbole) return undefined;
  if (typeof told === "string" && Object.hasOwn(BUILDERS, told)) return told;
  const found = Object.keys(SIGNS).find((name) => tensors.has(SIGNS[name]));
  if (found) return found;
  throw new PocketrecError(
    "unsupported",
    "RecBole model",
    Object.keys(BUILDERS).join(", "),
    typeof told === "string" ? told : "another",
  );
}

/**
 * Whether a file has what RecBole writes beside the weights.
 * @param {Record<string, unknown>} settings
 */
const isCheckpoint = (settings) =>
  Object.keys(settings).some((path) => /^config\b/.test(path)) &&
  Object.keys(settings).some((path) => /(^|\.)(cur_step|best_valid_score)$/.test(path));

/**
 * A setting of RecBole's configuration, wherever its classes keep it.
 *
 * @param {Record<string, unknown>} settings
 * @param {string} name
 */
function setting(settings, name) {
  const path = Object.keys(settings)
    .filter((path) => path.startsWith("config") && path.endsWith(`.${name}`))
    .sort((a, b) => Number(b.includes("final")) - Number(a.includes("final")))[0];
  return path === undefined ? undefined : settings[path];
}

/** @type {Record<string, import("../blueprint.js").Layout>} */
const BUILDERS = {
  NeuMF: (checkpoint, options) =>
    ncfLayout(checkpoint, {
      ...options,
      output: options.output ?? "sigmoid",
      activation: options.activation ?? "relu",
      join: options.join ?? "gmf-mlp",
    }),
  CDAE: (checkpoint, options) =>
    autoencoderLayout(
      renamed(checkpoint, { h_user: "user_embedding", h_item: "encoder", out_layer: "decoder" }),
      {
        ...options,
        kind: "cdae",
        activation:
          options.activation ?? String(setting(checkpoint.settings, "hid_activation") ?? "relu"),
        output:
          options.output ??
          /** @type {any} */ (setting(checkpoint.settings, "out_activation") ?? "sigmoid"),
      },
    ),
  MultiDAE: (checkpoint, options) =>
    autoencoderLayout(checkpoint, {
      ...options,
      kind: "mult-dae",
      activation: options.activation ?? "tanh",
    }),
  MultiVAE: (checkpoint, options) =>
    autoencoderLayout(checkpoint, { ...options, kind: "mult-dae" }),
  RecVAE: recvae,
  DMF: dmf,
};

/**
 * The same tensors under other names, in the order of those names.
 *
 * @param {Checkpoint} checkpoint
 * @param {Record<string, string>} names by path
 * @returns {Checkpoint}
 */
function renamed(checkpoint, names) {
  const rename = (/** @type {string} */ name) => {
    const at = name.indexOf(".");
    return Object.hasOwn(names, name.slice(0, at))
      ? names[name.slice(0, at)] + name.slice(at)
      : name;
  };
  return {
    ...checkpoint,
    tensors: new Map([...checkpoint.tensors].map(([name, tensor]) => [rename(name), tensor])),
  };
}

/**
 * Takes a tensor into a blueprint by another name, if it is there.
 *
 * @param {Blueprint} blueprint
 * @param {Checkpoint} checkpoint
 * @param {string} name
 * @param {string} as
 */
function take({ tensors, used }, checkpoint, name, as) {
  const tensor = checkpoint.tensors.get(name);
  if (!tensor) return;
  tensors.set(as, tensor);
  used.add(name);
}

/**
 * Shenbin et al., WSDM 2020: an encoder whose layers all see all layers before them.
 * @type {import("../blueprint.js").Layout}
 */
function recvae(checkpoint) {
  const blueprint = emptyBlueprint("RecBole RecVAE", "mult-dae", {
    skip: "dense",
    norm: { epsilon: 0.1 },
  });
  let layers = 0;
  for (; checkpoint.tensors.has(`encoder.fc${layers + 1}.weight`); layers++) {
    for (const part of ["weight", "bias"]) {
      take(blueprint, checkpoint, `encoder.fc${layers + 1}.${part}`, `encoder.${layers}.${part}`);
      take(
        blueprint,
        checkpoint,
        `encoder.ln${layers + 1}.${part}`,
        `encoder.${layers}.norm.${part}`,
      );
    }
  }
  for (const part of ["weight", "bias"]) {
    take(blueprint, checkpoint, `encoder.fc_mu.${part}`, `encoder.${layers}.${part}`);
    take(blueprint, checkpoint, `decoder.${part}`, `decoder.0.${part}`);
  }
  blueprint.description.activation = [...Array(layers).fill("swish"), "identity"];
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, (name) =>
    name.startsWith("prior.")
      ? "of the prior, a second encoder for training"
      : "how far a code may vary, which matters only in training",
  );
  return blueprint;
}

/**
 * Deep matrix factorisation (Xue et al., IJCAI 2017) as RecBole has it, with a dot product: a
 * person's interactions through a tower, against the items' vectors, which RecBole keeps beside the
 * weights once it has evaluated.
 * @type {import("../blueprint.js").Layout}
 */
function dmf(checkpoint) {
  const isRating = setting(checkpoint.settings, "inter_matrix_type") === "rating";
  const blueprint = emptyBlueprint("RecBole DMF", "autoencoder", {
    output: "sigmoid",
    clip: false,
    input: { values: isRating ? "rating" : "binary" },
  });
  const vectors = [...checkpoint.tensors.keys()].find((name) => /(^|\.)i_embedding$/.test(name));
  if (!vectors) {
    throw new PocketrecError(
      "missing-tensor",
      "other_parameter.i_embedding",
      "the items' vectors",
      "none",
      {
        hint: "RecBole keeps them once it has evaluated: train with a validation set, or call model.get_item_embedding() before saving.",
      },
    );
  }
  take(blueprint, checkpoint, "user_linear.weight", "encoder.0.weight");
  const towers = [...checkpoint.tensors.keys()]
    .filter((name) => /^user_fc_layers\.mlp_layers\.\d+\.weight$/.test(name))
    .map((name) => name.replace(/\.weight$/, ""));
  towers
    .sort((a, b) => Number(a.match(/\d+$/)) - Number(b.match(/\d+$/)))
    .forEach((name, k) => {
      for (const part of ["weight", "bias"])
        take(blueprint, checkpoint, `${name}.${part}`, `encoder.${k + 1}.${part}`);
    });
  take(blueprint, checkpoint, vectors, "decoder.0.weight");
  blueprint.description.activation = ["identity", ...towers.map(() => "relu")];
  blueprint.unused = unusedTensors(
    checkpoint,
    blueprint.used,
    "of the items' tower, whose vectors are in the file already; its rows are users",
  );
  return blueprint;
}
