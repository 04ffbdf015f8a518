/**
 * What was read, for the first lines of the output.
 *
 * @param {import("../evaluate/interactions.js").Reading[]} readings
 * @returns {string[]}
 *
 * @example
 *   readingLines([reading]);
 *   // read ratings.csv: fields between ",", with a header, utf-8
 *   //   user = userId, item = movieId, rating = rating, time = timestamp; ignored: title
 *   //   times are seconds since 1970
 *   //   360 interactions, first: user 0, item 30, rating 2.5, time 2001-09-17T01:46:40Z
 */
export function readingLines(readings) {
  return readings.flatMap(({ path, form, columns, ignored, notes, interactions, first }) => {
    const taken = Object.entries(columns).map(([role, name]) => `${role} = ${name}`);
    const missing = ["rating", "time"].filter((role) => taken.length && !columns[role]);
    const parts = [
      taken.join(", "),
      missing.length && `no ${missing.join(", no ")}`,
      ignored.length &&
        `ignored: ${ignored.slice(0, 8).join(", ")}${ignored.length > 8 ? ", ..." : ""}`,
    ];
    const values = Object.entries(first ?? {}).map(([role, value]) => `${role} ${value}`);
    const unit = taken.length ? "interactions" : "lines";
    return [
      `read ${path}: ${form}`,
      parts.filter(Boolean).join("; "),
      notes.join("; "),
      `${interactions} ${unit}, first: ${values.join(", ")}`,
    ]
      .filter(Boolean)
      .map((line, index) => (index ? `  ${line}` : line));
  });
}
