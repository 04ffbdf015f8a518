import { isValidation } from "../evaluate/files.js";

/**
 * What was read, for the first lines of the output.
 *
 * @typedef {object} Read
 * @property {import("../evaluate/interactions.js").Reading[]} readings of files
 * @property {string[]} unread files
 *
 * @param {Read} read
 * @returns {string[]}
 *
 * @example
 *   readingLines({ readings: [reading], unread: [] });
 *   // read ratings.csv: fields between ",", with a header, utf-8
 *   //   user = userId, item = movieId, rating = rating, time = timestamp; ignored: title
 *   //   times are seconds since 1970
 *   //   360 interactions, first: user 0, item 30, rating 2.5, time 2001-09-17T01:46:40Z
 */
export function readingLines({ readings, unread }) {
  const others = unread.filter((path) => !isValidation(path));
  return [
    ...readings.flatMap(linesOf),
    ...unread.filter(isValidation).map((path) => `not read: ${path} (validation: ${VALIDATION})`),
    ...others.slice(0, NAMES_MAX).map((path) => `not read: ${path}`),
    ...(others.length > NAMES_MAX ? [`not read: ${others.length - NAMES_MAX} more files`] : []),
  ];
}

/** What becomes of a file for the choice of a model. */
const VALIDATION = "neither history nor test; --test FILE measures on it";

/**
 * @param {import("../evaluate/interactions.js").Reading} reading
 * @returns {string[]}
 */
function linesOf({ path, form, columns, ignored, notes, interactions, first }) {
  const taken = Object.entries(columns).map(([role, name]) => `${role} = ${name}`);
  const missing = ["rating", "time"].filter((role) => taken.length && !columns[role]);
  const more = ignored.length > NAMES_MAX ? ", ..." : "";
  const others = ignored.slice(0, NAMES_MAX).join(", ") + more;
  const parts = [
    taken.join(", "),
    missing.length && `no ${missing.join(", no ")}`,
    ignored.length && `ignored: ${others}`,
  ];
  const values = Object.entries(first ?? {}).map(([role, value]) => `${role} ${value}`);
  const unit = taken.length ? "interactions" : "lines";
  const lines = [
    parts.filter(Boolean).join("; "),
    notes.join("; "),
    `${interactions} ${unit}, first: ${values.join(", ")}`,
  ];
  return [`read ${path}: ${form}`, ...lines.filter(Boolean).map((line) => `  ${line}`)];
}

/** Names of ignored columns in a line. */
const NAMES_MAX = 8;
