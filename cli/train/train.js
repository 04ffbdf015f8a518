import { createPace } from "./pace.js";
import { chooseLambda, denseEase, easeScorer, fitEase, sparseEase } from "./ease.js";
import { fitItemKnn } from "./item-knn.js";
import { measureCases, popularity } from "./held-out.js";
import { Solver } from "./solver.js";
import { scorerOf } from "./weights.js";

/**
 * Trains an item-to-item model, and measures it on users that it is not trained on: once without
 * them, and once with all.
 *
 * @typedef {import("./matrix.js").Matrix} Matrix
 * @typedef {import("./weights.js").Weights} Weights
 * @typedef {Record<string, number>} Figures by metric
 *
 * @typedef {object} Options
 * @property {number} [lambda] of EASE; default: chosen
 * @property {number} prune weights of a row of EASE that stay; Infinity: all
 * @property {number} neighbours of ItemKNN
 * @property {number} shrink of ItemKNN
 *
 * @typedef {object} Trained
 * @property {Weights} weights
 * @property {number} [lambda]
 * @property {import("./ease.js").Trial[]} [trials] of lambda
 * @property {Measured} [measured] none: there are too few users
 *
 * @typedef {object} Measured
 * @property {number} users
 * @property {Figures} model
 * @property {Figures} [unpruned] of EASE with all weights
 * @property {Figures} popularity
 *
 * @typedef {{ signal?: AbortSignal, onProgress?: (done: number) => void }} Watch
 */

/**
 * @param {Matrix} matrix
 * @param {import("./held-out.js").Split} split of it
 * @param {Options} options
 * @param {Watch} [watch]
 * @returns {Promise<Trained>}
 * @throws {import("../../js/common/errors.js").PocketrecError} "aborted", "out-of-memory",
 *   "unsupported"
 */
export async function trainEase(matrix, split, options, watch) {
  const pace = createPace(watch);
  const chosen = options.lambda === undefined ? await chooseLambda(split, pace) : undefined;
  const lambda = options.lambda ?? /** @type {{ lambda: number }} */ (chosen).lambda;
  const { trials } = chosen ?? {};
  const isSparse = options.prune < matrix.items;
  const solver = await Solver.open(matrix.items);
  const { train, cases } = split;
  let measured;
  if (cases.length) {
    await fitEase(solver, train, lambda, pace);
    const all = await measureCases(cases, easeScorer(solver), pace);
    const pruned = isSparse && scorerOf(await sparseEase(solver, options.prune, pace));
    measured = {
      users: cases.length,
      model: pruned ? await measureCases(cases, pruned, pace) : all,
      ...(pruned ? { unpruned: all } : {}),
      popularity: await measureCases(cases, popularity(train), pace),
    };
  }
  await fitEase(solver, matrix, lambda, pace);
  const weights = await (isSparse
    ? sparseEase(solver, options.prune, pace)
    : denseEase(solver, pace));
  return { weights, lambda, trials, measured };
}

/**
 * @param {Matrix} matrix
 * @param {import("./held-out.js").Split} split of it
 * @param {Options} options
 * @param {Watch} [watch]
 * @returns {Promise<Trained>}
 * @throws {import("../../js/common/errors.js").PocketrecError} "aborted"
 */
export async function trainItemKnn(matrix, { train, cases }, options, watch) {
  const pace = createPace(watch);
  const measured = cases.length
    ? {
        users: cases.length,
        model: await measureCases(cases, scorerOf(await fitItemKnn(train, options, pace)), pace),
        popularity: await measureCases(cases, popularity(train), pace),
      }
    : undefined;
  return { weights: await fitItemKnn(matrix, options, pace), measured };
}
