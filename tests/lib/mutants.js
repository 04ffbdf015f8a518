// Random models (tests/frameworks/mutants.py) converted in this process, and what came of them.
import { readFileSync } from "node:fs";
import { join } from "node:path";

import { loadModel } from "pocketrec";

import { PocketrecError } from "../../js/common/errors.js";
import { convert } from "../../cli/convert/convert.js";
import { readExpected } from "../../cli/convert/expect/lines.js";
import { TOLERANCE } from "./assert-close.js";
import { readSafetensors } from "./safetensors-file.js";
import { writeSafetensors } from "./safetensors.js";

/**
 * @typedef {object} Outcome
 * @property {"right" | "refused" | "assumed" | "WRONG" | "crashed"} outcome assumed: other scores,
 *   but the file says that something was taken for granted and not checked
 * @property {string} why
 */

/**
 * Converts a mutant, loads the result and asks it for the scores of its framework.
 *
 * @param {string} folder
 * @param {any} mutant a record of mutants.json
 * @param {Record<string, any>} [options] of the conversion
 * @returns {Promise<Outcome>}
 */
export async function outcomeOf(folder, mutant, options = {}) {
  const bytes = new Uint8Array(readFileSync(join(folder, mutant.file)));
  let converted;
  try {
    converted = await convert([{ name: mutant.file, bytes }], {
      keepUsers: mutant.pairs !== undefined,
      ...mutant.options,
      ...options,
    });
  } catch (error) {
    const isOurs = error instanceof PocketrecError;
    return { outcome: isOurs ? "refused" : "crashed", why: isOurs ? error.message : error.stack };
  }
  const model = await loadModel(converted.bytes, { verify: true });
  const assumed = converted.finished.file.description.assumed ?? [];
  const open = assumed.filter(({ checked }) => !checked);
  const why = open.map(({ subject, value }) => `${subject} ${value}`).join(", ");
  // Who states the kind of a Mult-DAE states its softmax, which exporters leave out.
  const isRaw = mutant.options.kind === "mult-dae";
  const off = errorOf(model, mutant, { raw: isRaw });
  model.dispose();
  if (off <= TOLERANCE) return { outcome: "right", why };
  const found = `${model.kind}, off by ${off.toPrecision(2)}`;
  // That nothing else is computed explains what the tensors and classes do not show, and no more.
  const isNamed = open.some(({ subject }) => subject !== "code" || mutant.unseen);
  return { outcome: isNamed ? "assumed" : "WRONG", why: `${found}; ${why}` };
}

/** Users and items that are exchanged are more than the model has. */
function errorOf(model, mutant, options) {
  try {
    return largestError(scoresOf(model, mutant, options), mutant.scores);
  } catch (error) {
    if (error instanceof PocketrecError) return Infinity;
    throw error;
  }
}

/**
 * What can be broken in the file that examples proved, without `verify` telling it from a right
 * one: tensors exchanged, transposed, dropped or with their rows reversed.
 *
 * @param {string} folder
 * @param {any} mutant a supported one
 * @returns {Promise<{ broken: number, unnoticed: string[] }>}
 */
export async function breakages(folder, mutant) {
  const file = new Uint8Array(readFileSync(join(folder, mutant.file)));
  const { bytes } = await convert([{ name: mutant.file, bytes: file }], {
    keepUsers: mutant.pairs !== undefined,
    expect: examplesOf(mutant),
    ...mutant.options,
  });
  const { tensors, metadata } = readSafetensors(bytes);
  const unnoticed = [];
  let broken = 0;
  for (const [what, changed] of brokenTensors(tensors)) {
    broken++;
    const altered = new Uint8Array(writeSafetensors(changed, metadata));
    const isNoticed = await loadModel(altered, { verify: true }).then(
      (model) => model.dispose(),
      (error) => error instanceof PocketrecError,
    );
    if (!isNoticed) unnoticed.push(`${mutant.file}: ${what}; ${mutant.madeOf}`);
  }
  return { broken, unnoticed };
}

/** Tensors that scores of trained users do not depend on, or that are read from elsewhere. */
const NOT_SCORED = /user|_ids$/;

/** [what, the tensors] for each change that is one. */
export function* brokenTensors(tensors) {
  const names = Object.keys(tensors).filter((name) => !NOT_SCORED.test(name));
  for (const [k, name] of names.entries()) {
    const { [name]: tensor, ...others } = tensors;
    const { shape, data } = tensor;
    const like = names.slice(k + 1).filter((other) => {
      const { shape: theirs, data: more } = tensors[other];
      return String(theirs) === String(shape) && Buffer.compare(more, data) !== 0;
    });
    for (const other of like)
      yield [
        `${name} and ${other} exchanged`,
        { ...tensors, [name]: tensors[other], [other]: tensor },
      ];
    const isZero = data.every((byte) => byte === 0);
    if (/bias$/.test(name) && !isZero) yield [`${name} dropped`, others];
    const [rows, width] = shape;
    if (!width || rows === 1) continue;
    const reversed = moved(tensor, (row, column) => [rows - 1 - row, column]);
    yield [`${name} with its rows reversed`, { ...tensors, [name]: reversed }];
    const transposed = moved(tensor, (row, column) => [column, row]);
    if (rows === width) yield [`${name} transposed`, { ...tensors, [name]: transposed }];
  }
}

/** A tensor of two axes whose values come from other places. */
function moved(tensor, from) {
  const [rows, width] = tensor.shape;
  const values = new Float32Array(tensor.data.slice().buffer);
  const data = Float32Array.from({ length: rows * width }, (_, at) => {
    const [row, column] = from(Math.floor(at / width), at % width);
    return values[row * width + column];
  });
  return { ...tensor, data };
}

function scoresOf(model, { pairs, histories, items }, options) {
  if (pairs)
    return pairs.flatMap(([id, item]) => [...model.score(model.user({ id }), [item], options)]);
  const all = Array.from({ length: items }, (_, item) => item);
  return histories.flatMap(({ items: rows, ratings }) => {
    const history = rows.map((item, k) => (ratings ? { item, rating: ratings[k] } : item));
    return [...model.score(model.user({ history }), all, options)];
  });
}

/** Relative to the larger of 1 and the value. */
function largestError(found, expected) {
  if (found.length !== expected.length) return Infinity;
  return expected.reduce((worst, value, i) => {
    const off = Math.abs(found[i] - value) / Math.max(1, Math.abs(value));
    return off <= worst ? worst : off;
  }, 0);
}

/**
 * The same with examples of the framework's scores: what is open must be settled by them.
 *
 * @param {string} folder
 * @param {any} mutant
 * @returns {Promise<Outcome>}
 */
export async function outcomeWithExpect(folder, mutant) {
  const { outcome, why } = await outcomeOf(folder, mutant, { expect: examplesOf(mutant) });
  return { outcome: outcome === "assumed" ? "WRONG" : outcome, why };
}

const examplesOf = (mutant) =>
  readExpected(new TextEncoder().encode(expectLines(mutant)), "scores.csv");

/**
 * Lines of a mutant's scores, as --expect takes them: of a dozen pairs, the extremes
 * among them, or of every third item.
 */
function expectLines({ pairs, histories, items, scores }) {
  if (pairs) {
    const extremes = [Math.min(...scores), Math.max(...scores)].map((one) => scores.indexOf(one));
    const spread = Array.from({ length: 12 }, (_, k) => Math.floor((k * pairs.length) / 12));
    const chosen = [...new Set([...extremes, ...spread])];
    const lines = chosen.map((at) => `${pairs[at].join(",")},${number(scores[at])}`);
    return ["user,item,score", ...lines].join("\n");
  }
  const lines = histories.flatMap(({ items: rows, ratings }, h) => {
    const history = rows.map((item, k) => (ratings ? `${item}:${ratings[k]}` : item)).join(" ");
    return Array.from({ length: Math.ceil(items / 3) }, (_, k) => 3 * k).map(
      (item) => `${history},${item},${number(scores[h * items + item])}`,
    );
  });
  return ["history,item,score", ...lines].join("\n");
}

/** As a framework prints float32. */
const number = (value) => Number(value.toPrecision(8));
