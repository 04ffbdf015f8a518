import { PocketrecError } from "../../js/common/errors.js";
import { lineError } from "./reading/line-error.js";
import { openText } from "./reading/text.js";

/**
 * The NCF authors' lists of negatives: "(user,item)", then the items that the held-out item is
 * ranked among, separated by tabs, commas or blanks.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @param {string} [encoding]
 * @returns {{ user: string, item: string, negatives: string[] }[]}
 * @throws {PocketrecError} "bad-argument", with the line
 */
export function readNegatives(bytes, path, encoding) {
  const lines = [...openText(bytes, path, encoding).chunks()].join("").split("\n");
  const lists = lines.flatMap((line, index) =>
    line.trim() ? [listIn(line, path, index + 1)] : [],
  );
  if (!lists.length)
    throw new PocketrecError("bad-argument", path, "lines of (user,item) and items", "none");
  return lists;
}

const NAME = String.raw`\s*"?([^\s,()"][^,()"]*?)"?\s*`;
const LINE = new RegExp(String.raw`^\s*"?\(${NAME},${NAME}\)"?[\s,;]*(.*)$`);

/**
 * @param {string} line
 * @param {string} path
 * @param {number} number
 */
function listIn(line, path, number) {
  const [, user, item, rest = ""] = LINE.exec(line) ?? [];
  const separator = rest.includes("\t") ? /\s*\t\s*/ : /[\s,;]+/;
  const negatives = rest.split(separator).filter((name) => name.trim() !== "");
  const isOdd = negatives.some((name) => /[()]/.test(name));
  if (user !== undefined && item !== undefined && negatives.length && !isOdd)
    return { user: wholeName(user), item: wholeName(item), negatives: negatives.map(wholeName) };
  const expected = "(user,item), then the items to rank it among, by tabs";
  throw lineError(path, number, expected, line);
}

/** "30.0" -> "30". @param {string} name */
const wholeName = (name) => name.trim().replace(/^(-?\d+)\.0+$/, "$1");
