import { isItemIdsName } from "./carried-ids.js";
import { Inert } from "./pickle-values.js";
import { children, join } from "./torch-walk.js";

const DEPTH_MAX = 4;
const VISITED_MAX = 20_000;

/**
 * Lists and maps of a pickled object under names of ids.
 *
 * @param {unknown} root
 * @returns {[string, unknown][]}
 */
export function namedValues(root) {
  /** @type {[string, unknown][]} */
  const found = [];
  /** @type {[string, unknown, number][]} */
  const queue = [["", root, 0]];
  const seen = new Set();
  for (let at = 0; at < queue.length && at < VISITED_MAX; at++) {
    const [path, value, depth] = queue[at];
    const isContainer = value instanceof Map || value instanceof Inert;
    if (!isContainer || seen.has(value) || depth > DEPTH_MAX) continue;
    seen.add(value);
    for (const [part, child] of children(value)) {
      const name = join(path, part);
      if (typeof child !== "object" || queue.length >= VISITED_MAX) continue;
      if (isItemIdsName(name)) found.push([name, child]);
      queue.push([name, child, depth + 1]);
    }
  }
  return found;
}
