import { PocketrecError, show } from "../../js/common/errors.js";

/** What --fold-in may set: numbers, and what a penalty is counted by. */
const NUMBERS = [
  ...["regularization", "bias_regularization", "scale", "offset", "target", "unobserved"],
  ...["exponent", "negatives", "prior"],
];

/**
 * Reads "regularization=0.02,per=interaction".
 *
 * @param {string} text
 * @returns {Record<string, number | string>}
 * @throws {PocketrecError} "bad-argument"
 */
export function parseFoldIn(text) {
  /** @type {Record<string, number | string>} */
  const said = {};
  for (const part of text.split(",")) {
    const [, name = "", value = ""] = /^\s*(\w+)\s*=\s*(\S+)\s*$/.exec(part) ?? [];
    const read = name === "per" ? perOf(value) : NUMBERS.includes(name) ? Number(value) : undefined;
    const isNew = !Object.hasOwn(said, name);
    if (read === undefined || Number.isNaN(read) || !isNew) {
      const expected = `${NUMBERS.join("=, ")}= with a number, per=interaction or per=user`;
      throw new PocketrecError("bad-argument", "--fold-in", expected, show(part));
    }
    said[name] = read;
  }
  return said;
}

/** @param {string} value */
const perOf = (value) => ["interaction", "user"].find((one) => one === value);
