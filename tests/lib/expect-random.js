// Random models of PyTorch (tests/frameworks/expect_random.py) converted with a few lines of their
// scores, and what came of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { loadModel } from "pocketrec";

import { PocketrecError } from "../../js/common/errors.js";
import { convert } from "../../js/convert/convert.js";
import { readExpected } from "../../js/convert/expect/lines.js";

/** Further off than so much of the spread of the scores, a file is of another model. */
const TOLERANCE = 1e-3;

/** What float32 does not hold, relative to the largest score. */
const EPSILON = 3e-6;

/**
 * Converts a record with its lines; where it is refused with advice in options, with these too.
 *
 * @param {string} folder
 * @param {any} shape users, items
 * @param {any} record
 * @returns {Promise<{ outcome: "right" | "advised" | "refused" | "WRONG", why: string }>}
 */
export async function outcomeOfRandom(folder, shape, record) {
  const first = await attempt(folder, shape, record, record.options);
  if (first.outcome !== "refused") return first;
  const advised = optionsIn(first.why);
  if (!Object.keys(advised).length) return first;
  const second = await attempt(folder, shape, record, { ...record.options, ...advised });
  if (second.outcome === "right") return { outcome: "advised", why: first.why };
  return second.outcome === "WRONG"
    ? second
    : { outcome: "refused", why: `${first.why} THEN ${second.why}` };
}

async function attempt(folder, { users, items }, record, options) {
  const bytes = new Uint8Array(readFileSync(join(folder, record.file)));
  const text = new TextEncoder().encode(record.lines.join("\n"));
  let converted;
  try {
    const expect = readExpected(text, "lines.csv");
    converted = await convert([{ name: record.file, bytes }], {
      keepUsers: true,
      ...options,
      expect,
    });
  } catch (error) {
    if (!(error instanceof PocketrecError)) throw error;
    return { outcome: "refused", why: error.message };
  }
  const model = await loadModel(converted.bytes, { verify: true });
  const found = scoresOf(model, users, items, record);
  model.dispose();
  const off = record.scores.reduce(
    (most, score, k) => Math.max(most, Math.abs(found[k] - score)),
    0,
  );
  const spread = Math.max(...record.scores) - Math.min(...record.scores);
  const size = Math.max(...record.scores.map(Math.abs));
  const isRight = off <= Math.max(TOLERANCE * spread, EPSILON * size);
  return { outcome: isRight ? "right" : "WRONG", why: `off by ${off} of ${spread}` };
}

function scoresOf(model, users, items, { histories }) {
  const all = Array.from({ length: items }, (_, item) => item);
  if (!histories)
    return Array.from({ length: users }, (_, id) => [
      ...model.score(model.user({ id }), all),
    ]).flat();
  return histories.flatMap(({ items: rows, ratings }) => {
    const history = rows.map((item, k) => (ratings ? { item, rating: ratings[k] } : item));
    return [...model.score(model.user({ history }), all)];
  });
}

/** The options that a refusal advises. */
function optionsIn(message) {
  const valueOf = (name) => message.match(new RegExp(`--${name} (-?[\\w.:,-]*\\w)`))?.[1];
  const numbers = {
    padding: "padding",
    "user-padding": "userPadding",
    "global-mean": "globalMean",
  };
  const found = {};
  for (const [name, key] of Object.entries(numbers))
    if (valueOf(name) !== undefined) found[key] = Number(valueOf(name));
  const [minimum, maximum] = valueOf("rating")?.split(":").map(Number) ?? [];
  if (minimum < maximum) found.rating = { minimum, maximum };
  const output = valueOf("output-function");
  if (output) found.output = output;
  return found;
}
