import {
  AUTOENCODER_LAYERS_MAX,
  CANDIDATES_LAYERS_MAX,
  FEATURES_MAX,
  NCF_LAYERS_MAX,
  TABLES_MAX,
} from "./abi.js";

/**
 * The config structs of the C core, and how to write one: the same fields in the same order as in
 * src/*.h, with the same names. Every number takes 32 bits. A test compares them with the headers.
 *
 * - "int": int32_t; true and false are written as 1 and 0
 * - "float": float
 * - [field, max]: an array of max; a shorter list is filled up with zeros
 * - { name: field, ... }: a struct
 */

/** pr_ncf_config of src/ncf.h */
export const NCF_CONFIG = /** @type {const} */ ({
  items: "int",
  gmf: "int",
  mlp_user: "int",
  mlp_item: "int",
  has_item_bias: "int",
  output: "int",
  is_fixed: "int",
  layers: "int",
  width: ["int", NCF_LAYERS_MAX],
  activation: ["int", NCF_LAYERS_MAX],
});

/** pr_autoencoder_config of src/autoencoder.h */
export const AUTOENCODER_CONFIG = /** @type {const} */ ({
  items: "int",
  code: "int",
  layers: "int",
  has_encoder: "int",
  is_tied: "int",
  has_item_bias: "int",
  is_normalized: "int",
  is_binarized: "int",
  dense_layers: "int",
  epsilon: "float",
  width: ["int", AUTOENCODER_LAYERS_MAX],
  activation: ["int", AUTOENCODER_LAYERS_MAX],
  dtype: ["int", AUTOENCODER_LAYERS_MAX],
  has_norm: ["int", AUTOENCODER_LAYERS_MAX],
});

/** pr_item_item_config of src/item_item.h */
export const ITEM_ITEM_CONFIG = /** @type {const} */ ({
  items: "int",
  layout: "int",
  dtype: "int",
  count: "int",
  width: "int",
  output_dtype: "int",
});

/** pr_features_table of src/features.h */
export const FEATURES_TABLE = /** @type {const} */ ({ rows: "int", width: "int", dtype: "int" });

/** pr_feature of src/features.h */
export const FEATURE = /** @type {const} */ ({
  side: "int",
  table: "int",
  padding: "int",
  inputs: "int",
  quantiles: "int",
});

/** pr_features_config of src/features.h */
export const FEATURES_CONFIG = /** @type {const} */ ({
  tables: "int",
  features: "int",
  table: [FEATURES_TABLE, TABLES_MAX],
  feature: [FEATURE, FEATURES_MAX],
});

/** pr_dot_config of src/dot.h */
export const DOT_CONFIG = /** @type {const} */ ({
  items: "int",
  width: "int",
  dtype: "int",
  is_normalized: "int",
  has_item_bias: "int",
  has_user_bias: "int",
  has_gram: "int",
  has_prior: "int",
});

/** pr_candidates_config of src/candidates.h */
export const CANDIDATES_CONFIG = /** @type {const} */ ({
  items: "int",
  dtype: "int",
  is_normalized: "int",
  layers: "int",
  width: ["int", CANDIDATES_LAYERS_MAX],
  activation: ["int", CANDIDATES_LAYERS_MAX],
  features: FEATURES_CONFIG,
});

/** pr_sequence_config of src/sequence.h */
export const SEQUENCE_CONFIG = /** @type {const} */ ({
  is_recurrent: "int",
  is_tied: "int",
  embedding: "int",
  dtype: "int",
  layers: "int",
  hidden: "int",
  has_output: "int",
  is_reset_before: "int",
  window: "int",
  heads: "int",
  activation: "int",
  order: "int",
  norms: "int",
  padding: "int",
  is_from_last: "int",
  epsilon: "float",
  scale: "float",
  items: DOT_CONFIG,
});

/** pr_ranker_config of src/ranker.h */
export const RANKER_CONFIG = /** @type {const} */ ({
  tower: NCF_CONFIG,
  features: FEATURES_CONFIG,
});

/**
 * @typedef {"int" | "float" | readonly [any, number] | { readonly [name: string]: any }} Field
 */

/**
 * The values of a field.
 * @template F
 * @typedef {F extends "int" ? number | boolean
 *   : F extends "float" ? number
 *   : F extends readonly [infer E, number] ? Values<E>[]
 *   : { [K in keyof F]: Values<F[K]> }} Values
 */

/**
 * A config struct as the C core reads it.
 *
 *     writeConfig(FEATURES_TABLE, { rows: 10, width: 4, dtype: DTYPES.F16.code })
 *
 * @template {Field} F
 * @param {F} struct
 * @param {Values<F>} values by name
 * @returns {Int32Array<ArrayBuffer>}
 * @throws {TypeError} names a field that is missing, unknown, too long or no number
 */
export function writeConfig(struct, values) {
  const words = new Int32Array(wordsOf(struct));
  write(words, 0, struct, values, "config");
  return words;
}

/**
 * @param {Int32Array<ArrayBuffer>} words
 * @param {number} at
 * @param {any} field
 * @param {any} value
 * @param {string} path of the field, for the error
 */
function write(words, at, field, value, path) {
  if (field === "int" && (value | 0) === Number(value ?? NaN)) words[at] = value;
  else if (field === "float" && Number.isFinite(value)) new Float32Array(words.buffer)[at] = value;
  else if (Array.isArray(field) && value?.length <= field[1]) {
    const step = wordsOf(field[0]);
    for (const [i, one] of value.entries())
      write(words, at + i * step, field[0], one, `${path}[${i}]`);
  } else if (value && typeof value === "object" && typeof field === "object") {
    for (const name of new Set([...Object.keys(field), ...Object.keys(value)])) {
      write(words, at, field[name], value[name], `${path}.${name}`);
      at += wordsOf(field[name]);
    }
  } else throw new TypeError(`${path} cannot be ${value}`);
}

/**
 * How many 32-bit words a field takes.
 * @param {any} field
 * @returns {number}
 */
function wordsOf(field) {
  if (typeof field === "string") return 1;
  if (Array.isArray(field)) return field[1] * wordsOf(field[0]);
  return Object.values(field).reduce((sum, inner) => sum + wordsOf(inner), 0);
}
