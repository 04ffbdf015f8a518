import { argumentError } from "../common/arguments.js";

/** What a file's name can hold, written out. */
const NAME_MAX = 60;

/**
 * @param {unknown} name
 * @returns {asserts name is string}
 */
export function demandName(name) {
  if (typeof name === "string" && name.length >= 1 && widthOf(name) <= NAME_MAX) return;
  throw argumentError("name", `a string of 1 to ${NAME_MAX} characters`, name);
}

/** @param {string} name */
function widthOf(name) {
  try {
    return encodeURIComponent(name).length;
  } catch {
    return Infinity; // half a character
  }
}
