import { PocketrecError } from "../../../js/common/errors.js";
import { UNUSED, emptyBlueprint, unusedTensors } from "../blueprint.js";
import { autoencoderLayout } from "./by-name/autoencoder.js";
import { recboleBpr, recboleLightgcn, recboleNgcf } from "./dot/recbole.js";
import { ncfLayout } from "./by-name/ncf.js";
import { recboleItemItem } from "./item-item/recbole.js";
import { recboleGru4rec, recboleSasrec } from "./sequence/recbole.js";

/**
 * RecBole checkpoints of NeuMF, CDAE, MultiDAE, MultiVAE, RecVAE, DMF, BPR, LightGCN, NGCF, EASE,
 * SLIMElastic, ItemKNN, SASRec and GRU4Rec. Row 0 of users and of items is padding ([PAD]).
 *
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("../blueprint.js").Layout} Layout
 * @typedef {import("../blueprint.js").LayoutOptions} LayoutOptions
 */

/** A tensor name that only this model has. @type {Record<string, string>} */
const MARKERS = {
  NeuMF: "user_mf_embedding.weight",
  CDAE: "h_user.weight",
  DMF: "user_linear.weight",
  RecVAE: "encoder.fc_mu.weight",
  MultiDAE: "encoder.mlp_layers.1.weight",
  MultiVAE: "encoder.2.weight",
  SASRec: "trm_encoder.layer.0.multi_head_attention.query.weight",
  GRU4Rec: "gru_layers.weight_ih_l0",
  NGCF: "GNNlayers.0.linear.weight",
  LightGCN: "other_parameter.restore_user_e",
};

/** @type {Layout} */
export function recboleLayout(checkpoint, options) {
  const name = modelOf(checkpoint, options);
  if (!name) return undefined;
  const blueprint = BUILDERS[name](checkpoint, options);
  if (!blueprint) {
    const found = [...checkpoint.tensors.keys()].slice(0, 8).join(", ") || "none";
    throw new PocketrecError("unknown-layout", `RecBole ${name}`, "its tensors", found);
  }
  const isKnownCode = setting(checkpoint.settings, "model") === name;
  return { ...blueprint, layout: `RecBole ${name}`, padding: 1, userPadding: 1, isKnownCode };
}

/**
 * The model's name in RecBole: as its configuration states, else by its tensors.
 *
 * @param {Checkpoint} checkpoint
 * @param {LayoutOptions} options
 * @returns {string | undefined} undefined: no checkpoint of RecBole
 */
function modelOf({ tensors, settings }, { from }) {
  const isRecbole = from === "recbole" || isCheckpoint(settings);
  if (!isRecbole) return undefined;
  const model = setting(settings, "model");
  if (typeof model === "string" && Object.hasOwn(BUILDERS, model)) return model;
  const marked = Object.keys(MARKERS).find((name) => tensors.has(MARKERS[name]));
  if (marked) return marked;
  const expected = Object.keys(BUILDERS).join(", ");
  const found = typeof model === "string" ? model : "another";
  throw new PocketrecError("unsupported", "RecBole model", expected, found);
}

/**
 * Whether a file has the entries that RecBole stores with the weights.
 * @param {Record<string, unknown>} settings
 */
const isCheckpoint = (settings) =>
  Object.keys(settings).some((path) => /^config\b/.test(path)) &&
  Object.keys(settings).some((path) => /(^|\.)(cur_step|best_valid_score)$/.test(path));

/**
 * A setting of RecBole's configuration; the final one where there are several.
 *
 * @param {Record<string, unknown>} settings
 * @param {string} name
 */
function setting(settings, name) {
  const [path] = Object.keys(settings)
    .filter((path) => path.startsWith("config") && path.endsWith(`.${name}`))
    .sort((a, b) => Number(b.includes("final")) - Number(a.includes("final")));
  return path === undefined ? undefined : settings[path];
}

/** What RecBole's code says of its NeuMF. @type {LayoutOptions} */
const NEUMF = { output: "sigmoid", activation: "relu", join: "gmf-mlp", concat: "user-item" };

/** The same of its Mult-DAE and Mult-VAE. @type {LayoutOptions} */
const MULTINOMIAL = { output: "softmax", normalize: "l2" };

/** @type {Record<string, Layout>} */
const BUILDERS = {
  NeuMF: neumf,
  CDAE: cdae,
  MultiDAE: (checkpoint, { activation = "tanh", ...options }) =>
    autoencoderLayout(checkpoint, {
      ...MULTINOMIAL,
      ...options,
      kind: "mult-dae",
      activation,
    }),
  MultiVAE: (checkpoint, { activation = "tanh", ...options }) =>
    autoencoderLayout(checkpoint, {
      ...MULTINOMIAL,
      ...options,
      kind: "mult-dae",
      head: "first",
      activation,
    }),
  RecVAE: recvae,
  DMF: dmf,
  EASE: recboleItemItem("EASE"),
  SLIMElastic: recboleItemItem("SLIMElastic"),
  ItemKNN: recboleItemItem("ItemKNN"),
  SASRec: (checkpoint, options) => recboleSasrec(checkpoint, options, settingsOf(checkpoint)),
  GRU4Rec: (checkpoint, options) => recboleGru4rec(checkpoint, options, settingsOf(checkpoint)),
  BPR: recboleBpr,
  LightGCN: recboleLightgcn(({ settings }) => {
    const layers = setting(settings, "n_layers");
    return typeof layers === "number" ? layers : undefined;
  }),
  NGCF: recboleNgcf,
};

/** @param {Checkpoint} checkpoint @returns {(name: string) => any} */
const settingsOf =
  ({ settings }) =>
  (name) =>
    setting(settings, name);

/**
 * NeuMF, of which the configuration may turn a block off: its tables are in the file untrained.
 * @type {Layout}
 */
function neumf(checkpoint, options) {
  const blueprint = ncfLayout(checkpoint, { ...NEUMF, ...options });
  if (!blueprint) return undefined;
  const unused = new Map(blueprint.unused);
  for (const [block, pattern] of /** @type {const} */ ([
    ["mf", /_mf_embedding\./],
    ["mlp", /_mlp_embedding\.|^mlp_layers\./],
  ])) {
    if (setting(checkpoint.settings, `${block}_train`) !== false) continue;
    for (const name of unused.keys())
      if (pattern.test(name)) unused.set(name, `the file says ${block}_train: False`);
  }
  return { ...blueprint, unused };
}

/** @type {Layout} */
function cdae(checkpoint, options) {
  const { settings } = checkpoint;
  const names = { h_user: "user_embedding", h_item: "encoder", out_layer: "decoder" };
  const activation = String(setting(settings, "hid_activation") ?? "relu");
  const output = /** @type {any} */ (setting(settings, "out_activation") ?? "sigmoid");
  const blueprint = autoencoderLayout(renamed(checkpoint, names), {
    normalize: "none",
    ...options,
    kind: "cdae",
    activation: options.activation ?? activation,
    output: options.output ?? output,
  });
  if (!blueprint) return undefined;
  const theirs = [...checkpoint.tensors.keys()];
  const isUsed = (/** @type {string} */ name) => blueprint.used.has(renamedName(name, names));
  const used = new Set(theirs.filter(isUsed));
  return { ...blueprint, used, unused: unusedTensors(checkpoint, used, UNUSED.model) };
}

/**
 * The same tensors with other names for the first parts of their paths.
 *
 * @param {Checkpoint} checkpoint
 * @param {Record<string, string>} names
 * @returns {Checkpoint}
 */
function renamed(checkpoint, names) {
  const tensors = [...checkpoint.tensors].map(
    ([name, tensor]) => /** @type {const} */ ([renamedName(name, names), tensor]),
  );
  return { ...checkpoint, tensors: new Map(tensors) };
}

/**
 * @param {string} name
 * @param {Record<string, string>} names of the first part
 */
function renamedName(name, names) {
  const at = name.indexOf(".");
  const first = name.slice(0, at);
  return Object.hasOwn(names, first) ? names[first] + name.slice(at) : name;
}

/**
 * Adds a layer's parts to a blueprint under another name, as far as they exist.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 */
function takeLayer(blueprint, checkpoint, from, to) {
  for (const part of ["weight", "bias"])
    takeTensor(blueprint, checkpoint, `${from}.${part}`, `${to}.${part}`);
}

/**
 * Adds a tensor to a blueprint under another name, if it exists.
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 * @param {string} from
 * @param {string} to
 */
function takeTensor({ tensors, used }, checkpoint, from, to) {
  const tensor = checkpoint.tensors.get(from);
  if (!tensor) return;
  tensors.set(to, tensor);
  used.add(from);
}

/**
 * RecVAE (Shenbin et al., WSDM 2020): every layer of the encoder takes the outputs of all before
 * it.
 * @type {Layout}
 */
function recvae(checkpoint) {
  const blueprint = emptyBlueprint("RecBole RecVAE", "mult-dae", {
    skip: "dense",
    norm: { epsilon: 0.1 },
  });
  let layers = 0;
  for (; checkpoint.tensors.has(`encoder.fc${layers + 1}.weight`); layers++) {
    takeLayer(blueprint, checkpoint, `encoder.fc${layers + 1}`, `encoder.${layers}`);
    takeLayer(blueprint, checkpoint, `encoder.ln${layers + 1}`, `encoder.${layers}.norm`);
  }
  takeLayer(blueprint, checkpoint, "encoder.fc_mu", `encoder.${layers}`);
  takeLayer(blueprint, checkpoint, "decoder", "decoder.0");
  blueprint.description.activation = [...Array(layers).fill("swish"), "identity"];
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, (name) =>
    name.startsWith("prior.")
      ? "of the prior, a second encoder that only training needs"
      : UNUSED.variance,
  );
  return blueprint;
}

/**
 * Deep matrix factorisation (Xue et al., IJCAI 2017) with RecBole's inner product: a tower over the
 * user's interactions, against the item vectors, which RecBole stores once it has evaluated.
 * @type {Layout}
 */
function dmf(checkpoint) {
  const isRating = setting(checkpoint.settings, "inter_matrix_type") === "rating";
  const blueprint = emptyBlueprint("RecBole DMF", "autoencoder", {
    output: "sigmoid",
    clip: false,
    input: { values: isRating ? "rating" : "binary" },
  });
  const names = [...checkpoint.tensors.keys()];
  const layers = names
    .filter((name) => /^user_fc_layers\.mlp_layers\.\d+\.weight$/.test(name))
    .map((name) => name.replace(/\.weight$/, ""))
    .sort((a, b) => Number(a.match(/\d+$/)) - Number(b.match(/\d+$/)));
  takeTensor(blueprint, checkpoint, "user_linear.weight", "encoder.0.weight");
  layers.forEach((name, k) => takeLayer(blueprint, checkpoint, name, `encoder.${k + 1}`));
  takeTensor(blueprint, checkpoint, itemVectors(names), "decoder.0.weight");
  blueprint.description.activation = ["identity", ...layers.map(() => "relu")];
  blueprint.unused = unusedTensors(
    checkpoint,
    blueprint.used,
    "of the items' tower, whose outputs are in the file; its rows are users",
  );
  return blueprint;
}

/**
 * @param {string[]} names of the checkpoint's tensors
 * @throws {PocketrecError} "missing-tensor"
 */
function itemVectors(names) {
  const found = names.find((name) => /(^|\.)i_embedding$/.test(name));
  if (found) return found;
  const subject = "other_parameter.i_embedding";
  const hint =
    "RecBole stores them once it has evaluated: train with a validation set, " +
    "or call model.get_item_embedding() before saving.";
  throw new PocketrecError("missing-tensor", subject, "the items' vectors", "none", { hint });
}
