/**
 * The numbers inside a weights file, for drawings: tensors in float32, and films by row. Scores
 * come from the package; what a section computes from these numbers, a test compares with it.
 */
import { fetchWeights } from "pocketrec/cache";
import { FILES, manifestAddress } from "./files.js";
import { insidesOf } from "./read-insides.js";

/** @typedef {import("./read-insides.js").Insides} Insides */

/** @type {Map<string, Promise<Insides>>} */
const opened = new Map();

/**
 * @param {string} name of models/files.js; the weights come from the cache where the model is open
 * @returns {Promise<Insides>}
 */
export function openInsides(name) {
  if (!opened.has(name)) {
    const opening = open(name);
    opening.catch(() => opened.delete(name));
    opened.set(name, opening);
  }
  return opened.get(name);
}

const open = async (name) => insidesOf(await fetchBytes(name));

/**
 * The bytes of a weights file, from the cache where its model is open.
 * @param {string} name of models/files.js
 */
export async function fetchBytes(name) {
  const { bytes } = await fetchWeights(manifestAddress(), FILES[name].file);
  return bytes;
}
