import { totalmem } from "node:os";

import { PocketrecError } from "../../js/common/errors.js";
import { CHOICE_ITEMS, LAMBDAS, operationsOf } from "./ease.js";
import { measuringWork } from "./held-out.js";
import { countsOf } from "./matrix.js";
import { Solver } from "./solver.js";

/**
 * What training will take.
 *
 * @typedef {object} Estimate
 * @property {number} operations
 * @property {number} bytes of memory
 * @property {number} seconds
 */

/** Of the measurement: rows of a matrix, and milliseconds. */
const [ROWS, MEASURED] = [480, 200];
/** Bytes that 32-bit addresses reach. */
const ADDRESSED = 2 ** 32 - 2 ** 20;
/** Bytes of a stored weight of a pruned model, in memory and in the file. */
const ENTRY = 24;

/**
 * EASE by the number of inversions, and how fast a small one is here.
 *
 * @param {import("./matrix.js").Matrix} matrix
 * @param {import("./held-out.js").Case[]} cases held out
 * @param {{ isChosen: boolean, prune: number }} options isChosen: lambda is still to be chosen;
 *   prune: weights of a row, or Infinity
 * @returns {Promise<Estimate>}
 */
export async function estimateEase(matrix, cases, { isChosen, prune }) {
  const fit = operationsOf(matrix);
  const { items } = matrix;
  const share = Math.min(1, CHOICE_ITEMS / items);
  const measuring = measuringWork(cases, items);
  const choice = LAMBDAS.length * (fit * share ** 3 + measuring * share);
  const measured = cases.length ? fit + 3 * measuring : 0;
  const operations = fit + measured + (isChosen ? choice : 0);
  const entries = items * Math.min(items, prune);
  const output = entries * (prune >= items ? 12 : ENTRY);
  const bytes = (await Solver.bytes(items)) + output + 8 * matrix.rows.length;
  return { operations, bytes, seconds: operations / (await operationsPerSecond()) };
}

/** Of the inversion, on this machine. */
async function operationsPerSecond() {
  const solver = await Solver.open(ROWS);
  const start = performance.now();
  let best = Infinity;
  // The engine compiles a module for speed while it runs: the first runs are slower.
  for (let runs = 0; runs < 3 || performance.now() - start < MEASURED; runs++) {
    solver.begin(1);
    const before = performance.now();
    await solver.invert(0.5, () => {});
    best = Math.min(best, performance.now() - before);
  }
  return ROWS ** 3 / (best / 1000);
}

/**
 * @param {import("./matrix.js").Matrix} matrix
 * @param {string} path of the data
 * @throws {PocketrecError} "too-large": 32-bit addresses do not reach the matrix
 */
export async function assertAddressed(matrix, path) {
  if ((await Solver.bytes(matrix.items)) <= ADDRESSED) return;
  let [low, high] = [1, matrix.items];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((await Solver.bytes(middle)) <= ADDRESSED) low = middle;
    else high = middle - 1;
  }
  const sorted = countsOf(matrix).sort();
  const least = sorted[sorted.length - low - 1] + 1;
  const expected = `at most ${low} items: the matrix of EASE fits into 4 GB then`;
  throw new PocketrecError("too-large", path, expected, `${matrix.items}`, {
    hint: `--min-ratings ${least} leaves so few; itemknn takes more.`,
  });
}

/**
 * @param {number} bytes
 * @param {string} path of the data
 * @throws {PocketrecError} "out-of-memory": this machine has less memory
 */
export function assertMemory(bytes, path) {
  // 0 or a number beyond all memory where a process is not constrained.
  const constrained = process.constrainedMemory?.() || Infinity;
  const memory = Math.min(constrained, totalmem());
  if (bytes <= memory) return;
  const gigabytes = (/** @type {number} */ count) => `${(count / 1e9).toFixed(1)} GB`;
  throw new PocketrecError(
    "out-of-memory",
    path,
    `${gigabytes(bytes)} of memory for so many items`,
    gigabytes(memory),
    { hint: "--min-ratings leaves out rare items; itemknn needs little memory." },
  );
}
