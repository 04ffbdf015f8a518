import { PocketrecError, show } from "../../../js/common/errors.js";
import { NameIndex } from "../name-index.js";

const WHOLE = /^-?\d+(?:\.0*)?$/;
/** R writes 100000 as 1e+05. */
const POWER = /^[1-9](?:\.\d+)?[eE]\+?\d+$/;

/**
 * Names where whole numbers are written in one way: "30.0", as pandas writes columns with gaps, and
 * "1e+05", as R does, become "30" and "100000".
 *
 * @param {string[]} names distinct
 * @param {string} path
 * @returns {{ names: string[], indices: Uint32Array }} indices: of the names, in the new ones
 * @throws {PocketrecError} "bad-argument": digits are lost
 */
export function canonicalIds(names, path) {
  const isOther = names.some((name) => !/^-?\d+$/.test(name));
  const isNumeric = isOther && names.every((name) => WHOLE.test(name) || POWER.test(name));
  if (!isNumeric) return { names, indices: Uint32Array.from(names, (_, index) => index) };
  const index = new NameIndex();
  const indices = Uint32Array.from(names, (name) => index.indexOf(wholeOf(name, path)));
  return { names: index.names, indices };
}

/**
 * @param {string} name
 * @param {string} path
 */
function wholeOf(name, path) {
  if (!POWER.test(name)) return name.replace(/\.0*$/, "");
  if (!/^\d[eE]/.test(name)) {
    const hint = "Write them as whole numbers or as text.";
    throw new PocketrecError("bad-argument", path, "ids with all digits", show(name), { hint });
  }
  return String(Number(name));
}
