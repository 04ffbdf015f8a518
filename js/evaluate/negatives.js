import { lineError } from "./interaction-text.js";

/**
 * The NCF authors' lists of negatives: "(user,item)", then the items that the held-out item is
 * ranked among, separated by tabs.
 *
 * @param {Uint8Array} bytes
 * @param {string} path
 * @returns {{ user: string, item: string, negatives: string[] }[]}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument", with the line
 */
export function readNegatives(bytes, path) {
  const lines = new TextDecoder("utf-8").decode(bytes).split(/\r?\n/).filter(Boolean);
  return lines.map((line, number) => {
    const [pair, ...negatives] = line.split("\t");
    const match = pair.match(/^\(([^,()]+),([^,()]+)\)$/);
    if (!match || !negatives.length)
      throw lineError(path, number, "(user,item), then the items to rank it among, by tabs", line);
    return { user: match[1], item: match[2], negatives: negatives.filter(Boolean) };
  });
}
