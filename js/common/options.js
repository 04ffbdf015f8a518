import { argumentError } from "./arguments.js";
import { PocketrecError } from "./errors.js";

/**
 * Checks the names of options: a misspelled one would be ignored silently.
 *
 * @template T
 * @param {T} options as the app passed them; undefined for none
 * @param {string} subject the function that takes them
 * @param {string} known their names, separated by blanks
 * @param {Record<string, string>} [renamed] names of 0.1 and their new names
 * @returns {NonNullable<T>}
 * @throws {PocketrecError} "bad-argument"
 */
export function checkOptions(options, subject, known, renamed = {}) {
  if (options === undefined) return /** @type {any} */ ({});
  if (options === null || typeof options !== "object" || Array.isArray(options))
    throw argumentError(`${subject} options`, "an object", options);
  const names = known.split(" ");
  for (const name of Object.keys(options)) {
    if (names.includes(name) || /** @type {any} */ (options)[name] === undefined) continue;
    const before = renamed[name];
    const near = before ?? nearest(name, names);
    throw new PocketrecError(
      "bad-argument",
      name,
      `an option of ${subject} (${names.join(", ")})`,
      before ? "its old name" : "another name",
      { hint: near && `${name} is called ${near}${before ? " since 0.2" : ""}.` },
    );
  }
  return options;
}

/**
 * The known name that a misspelled one is nearest to, if any is within two changes of letters.
 *
 * @param {string} name
 * @param {string[]} names
 * @returns {string | undefined}
 */
function nearest(name, names) {
  const distances = names.map((known) => distance(name.toLowerCase(), known.toLowerCase()));
  const smallest = Math.min(...distances);
  return smallest < 3 ? names[distances.indexOf(smallest)] : undefined;
}

/**
 * How many letters are inserted, removed or replaced (Levenshtein).
 *
 * @param {string} a
 * @param {string} b
 */
function distance(a, b) {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (const letter of a) {
    const next = [row[0] + 1];
    for (let j = 0; j < b.length; j++)
      next.push(Math.min(row[j + 1] + 1, next[j] + 1, row[j] + Number(letter !== b[j])));
    row = next;
  }
  return row[b.length];
}
