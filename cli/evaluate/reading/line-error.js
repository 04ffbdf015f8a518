import { PocketrecError, show } from "../../../js/common/errors.js";

/**
 * @param {string} path
 * @param {number} line from 1
 * @param {string} expected
 * @param {unknown} found
 * @param {string} [hint]
 */
export const lineError = (path, line, expected, found, hint) =>
  new PocketrecError("bad-argument", `${path}, line ${line}`, expected, show(found), { hint });
