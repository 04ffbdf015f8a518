// Changes of text in lines and fields.

/** @typedef {import("./random.js").Draws} Draws */

const FIELDS = [
  ...["", " ", "0", "-1", "1e999", "NaN", "nan", "Infinity", "1e308", "-1e308", "0x10", "1,5", "١"],
  ...["9007199254740993", "__proto__", "constructor", "null", "\u0000", "\ufeff", "\u202e", '"'],
  ...['"a', 'a"b', '""', "=1+1", "1.0", "01", "+1", "2020-02-31", "978300760", "1e-400", "true"],
  ...["a".repeat(3000), "\ud800", "\r", "|", "::", "(0,1)", "[", "{", "}", "#", "//"],
];
const SEPARATORS = [",", "\t", ";", "|", "::", " ", "\n", "\r\n", "\r", ":"];

/**
 * @param {string} text
 * @param {Draws} draws
 * @returns {string}
 */
export function mutateText(text, draws) {
  for (let count = 1 + draws.below(3); count > 0; count--) text = changedOnce(text, draws);
  return text;
}

function changedOnce(text, draws) {
  const change = draws.below(7);
  if (change === 0) return text.replaceAll(draws.pick(SEPARATORS), draws.pick(SEPARATORS));
  if (change === 1) return draws.pick(["\ufeff", "\n", "#", '"', "["]) + text;
  const lines = text.split("\n");
  const at = draws.below(lines.length);
  if (change === 2) lines.splice(at, 1);
  else if (change === 3) lines.splice(at, 0, draws.pick(lines));
  else if (change === 4) lines[at] = lines[at].slice(0, draws.below(lines[at].length + 1));
  else lines[at] = withField(lines[at], draws);
  return lines.join("\n");
}

/** A line with another field, separator included or not. */
function withField(line, draws) {
  const parts = line.split(/([,\t;|]|::)/);
  parts[draws.below(parts.length)] = draws.pick(FIELDS);
  return parts.join("");
}
