import { autoencoder, autorecItem } from "./autoencoder/index.js";
import { dot } from "./dot/index.js";
import { itemItem } from "./item-item/index.js";
import { ncf } from "./ncf/index.js";
import { gru4rec, sasrec } from "./sequence/index.js";
import { candidates, ranker } from "./two-stage/index.js";
import { itemTensorsOf } from "./item-side.js";
import { readItems } from "../file/item-ids.js";
import { readMetadata } from "../file/metadata.js";

/**
 * The families of models. This is the one list of them.
 *
 * @import { Family } from "./family.js"
 */
const FAMILIES = /** @type {const} */ ([
  ncf,
  autoencoder,
  autorecItem,
  candidates,
  ranker,
  dot,
  itemItem,
  sasrec,
  gru4rec,
]);

/**
 * @template F
 * @typedef {F extends { kinds: Record<infer K, any> } ? K : never} KindsOf
 */
/**
 * @typedef {KindsOf<(typeof FAMILIES)[number]>} Kind the architecture of a model, as
 *   docs/format.md names it: "gmf", "mlp", "neumf", "candidates", "ranker", or an autoencoder
 */

/** @type {Record<string, Family>} */
const BY_KIND = Object.fromEntries(
  FAMILIES.flatMap((family) => Object.keys(family.kinds).map((kind) => [kind, family])),
);

/** What the metadata of each kind may hold. */
const RULES = Object.assign({}, ...FAMILIES.map(({ kinds }) => kinds));

/**
 * Which family computes a kind.
 * @param {Kind} kind
 */
export const familyOf = (kind) => BY_KIND[kind];

/** The kinds whose models take candidate packs. */
export const packKinds = () => Object.keys(BY_KIND).filter((kind) => BY_KIND[kind].openPack);

/**
 * The tensors of a file with a row per item, which a candidate pack brings.
 *
 * @param {import("./family.js").Tensors} tensors
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @returns {import("./item-side.js").ItemTensor[] | undefined} undefined: the kind takes no packs
 */
export function itemSideOf(tensors, info) {
  const { openPack, itemTensors = [] } = familyOf(info.kind);
  return openPack && itemTensorsOf(tensors, info, itemTensors);
}

/**
 * Whether a file of a kind may lack its items, and rank packs alone.
 * @param {Kind} kind
 */
export const canOmitItems = (kind) => familyOf(kind).canOmitItems === true;

/**
 * Reads and checks a weights file's own description (docs/format.md).
 *
 * @param {Record<string, string>} metadata
 * @returns {Readonly<import("../file/metadata.js").Info>} frozen
 * @throws {import("../common/errors.js").PocketrecError} "bad-metadata", "unsupported"
 */
export const readInfo = (metadata) => readMetadata(metadata, RULES);

/**
 * Checks a file's tensors, ids and popularity against its description.
 *
 * @param {import("./family.js").Tensors} tensors
 * @param {Readonly<import("../file/metadata.js").Info>} info
 * @returns {{ plan: import("./family.js").Plan,
 *   items: import("../file/item-ids.js").ItemIndex }}
 */
export function planOf(tensors, info) {
  const plan = familyOf(info.kind).plan(tensors, info);
  return { plan, items: readItems(tensors, plan.items) };
}
