import { PocketrecError, show } from "../../../../js/common/errors.js";
import { wordsOf } from "../../name-hints.js";

const KINDS = ["autoencoder", "autorec-user", "cdae", "mult-dae"];

/** Names of models that are Mult-DAEs, or Mult-VAEs with their mean path. */
const MULTINOMIAL = ["multdae", "multidae", "multivae"];

/**
 * The kind of an autoencoder: as stated, else by its shape and the names in the file.
 *
 * @param {import("../../checkpoint.js").Checkpoint} checkpoint
 * @param {import("../../blueprint.js").LayoutOptions} options
 * @param {import("../shared/layers.js").Layer[]} layers
 * @param {import("./autoencoder-chain.js").Chain} chain
 * @param {boolean} hasNodes whether there is a table of user nodes
 * @returns {any}
 * @throws {PocketrecError} "unknown-layout" or "bad-argument"
 */
export function autoencoderKind({ classes }, { kind }, layers, { dense, isVariational }, hasNodes) {
  if (kind !== undefined) {
    if (KINDS.includes(kind)) return kind;
    throw new PocketrecError("bad-argument", "kind", KINDS.join(", "), show(kind));
  }
  if (hasNodes) return "cdae";
  const paths = [...layers.map(({ path }) => path), classes.get("") ?? ""];
  const words = new Set(paths.flatMap(wordsOf));
  const isNamed = (/** @type {string} */ name) => [...words].join("").includes(name);
  // The Mult-DAE of the vae_cf notebook.
  const isNotebook = layers.some(({ names }) =>
    names.some((name) => /^weight_\d+to\d+(:0)?$/.test(name)),
  );
  const hasQAndP = words.has("q") && words.has("p");
  if (isVariational || isNotebook || hasQAndP || MULTINOMIAL.some(isNamed)) return "mult-dae";
  if (isNamed("autorec")) return "autorec-user";
  const found = `an autoencoder of ${dense[0].weight.shape[1]} items of unknown kind`;
  const hint =
    "Use --kind mult-dae, --kind autorec-user (ratings), --kind autoencoder (AE and DAE) " +
    "or --kind cdae.";
  throw new PocketrecError("unknown-layout", "kind", KINDS.join(", "), found, { hint });
}
