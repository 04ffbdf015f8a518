// Changes of a JSON value: another type, an extreme number, a key lost, doubled or renamed.

/** @typedef {import("./random.js").Draws} Draws */

/** As text, since not all of them are JSON of one value only. */
const VALUES = [
  ...["null", "true", "false", '""', '"0"', '"0.0"', '"x"', "[]", "{}", "[1]", "[[]]", "0", "-0"],
  ...["1", "-1", "0.5", "1e308", "-1e308", "1e-320", "1e999", "2147483648", "9007199254740993"],
  ...['"__proto__"', '{"__proto__":1}', '"\\u202e\\n"', '"\\ud800"', "NaN", '{"valueOf":1}'],
  ...[`"${"a".repeat(5000)}"`, `${"[".repeat(400)}${"]".repeat(400)}`],
];
const KEYS = ["__proto__", "constructor", "length", "toString", "", "0", "\n", "__metadata__"];

/**
 * @param {unknown} value that JSON can hold
 * @param {Draws} draws
 * @returns {string} JSON, mostly valid
 */
export function mutateJson(value, draws) {
  let marked = value;
  const texts = [];
  for (let count = 1 + (draws.once(2) ? 0 : draws.below(3)); count > 0; count--) {
    texts.push(draws.pick(VALUES));
    marked = changedAt(marked, draws, `\u0000${texts.length - 1}\u0000`);
  }
  const text = JSON.stringify(marked) ?? "null";
  return text.replace(/"\\u0000(\d+)\\u0000"/g, (_, number) => texts[number]);
}

/** A copy with one change somewhere. */
function changedAt(value, draws, mark) {
  const isList = Array.isArray(value);
  const entries = isList
    ? value.map((one, at) => [at, one])
    : value !== null && typeof value === "object"
      ? Object.entries(value)
      : [];
  if (!entries.length || draws.once(8)) return mark;
  const at = draws.below(entries.length);
  const [key, inner] = entries[at];
  const change = draws.below(10);
  if (change === 0) entries.splice(at, 1);
  else if (change === 1) entries.splice(at, 0, isList ? [key, inner] : [draws.pick(KEYS), inner]);
  else if (change === 2 && !isList) entries[at] = [draws.pick(KEYS), inner];
  else if (change === 3) entries[at] = [key, draws.pick(entries)[1]];
  else entries[at] = [key, changedAt(inner, draws, mark)];
  return isList ? entries.map(([, one]) => one) : Object.fromEntries(entries);
}
