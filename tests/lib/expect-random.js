// Random models of PyTorch (tests/frameworks/expect_random.py) converted with a few lines of their
// scores, and what came of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { PocketrecError } from "../../js/common/errors.js";
import { convert } from "../../cli/convert/convert.js";
import { loadVerified } from "../../cli/convert/verify.js";
import { readExpected } from "../../cli/convert/expect/lines.js";
import { readSafetensors } from "./safetensors-file.js";
import { brokenTensors } from "./mutants.js";
import { writeSafetensors } from "./safetensors.js";

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
 * @returns {Promise<{ outcome: "right" | "advised" | "refused" | "WRONG", why: string,
 *   bytes?: Uint8Array }>} bytes: of the right file
 */
export async function outcomeOfRandom(folder, shape, record) {
  const first = await attempt(folder, shape, record, record.options);
  if (first.outcome !== "refused") return first;
  const advised = optionsIn(first.why);
  if (!Object.keys(advised).length) return first;
  const second = await attempt(folder, shape, record, { ...record.options, ...advised });
  if (second.outcome === "right") return { ...second, outcome: "advised", why: first.why };
  return second.outcome === "WRONG"
    ? second
    : { outcome: "refused", why: `${first.why} THEN ${second.why}` };
}

/**
 * What can be broken in the file that lines proved, so that other scores come out, without `verify`
 * telling it from a right one.
 *
 * @param {Uint8Array} file that convert wrote
 * @param {any} shape users, items
 * @param {any} record
 * @returns {Promise<{ broken: number, unnoticed: string[] }>}
 */
export async function unnoticedIn(file, { users, items }, record) {
  const { tensors, metadata } = readSafetensors(file);
  const unnoticed = [];
  let broken = 0;
  for (const [what, changed] of brokenTensors(tensors)) {
    const altered = new Uint8Array(writeSafetensors(changed, metadata));
    const model = await loadVerified(altered).catch((error) => {
      if (!(error instanceof PocketrecError)) throw error;
    });
    broken++;
    if (model && !isRight(scoresOf(model, users, items, record), record.scores))
      unnoticed.push(`${what}: ${JSON.stringify(record.madeOf)}`);
    model?.dispose();
  }
  return { broken, unnoticed };
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
  const model = await loadVerified(converted.bytes);
  const found = scoresOf(model, users, items, record);
  model.dispose();
  if (!isRight(found, record.scores)) return { outcome: "WRONG", why: `${found[0]}, ...` };
  return { outcome: "right", why: "", bytes: converted.bytes };
}

function isRight(found, scores) {
  const off = scores.reduce((most, score, k) => Math.max(most, Math.abs(found[k] - score)), 0);
  const spread = Math.max(...scores) - Math.min(...scores);
  const size = Math.max(...scores.map(Math.abs));
  return off <= Math.max(TOLERANCE * spread, EPSILON * size);
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
