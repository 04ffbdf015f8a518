import { argumentError, assertNumber, isIterable } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { getById } from "../common/ids.js";
import { checkOptions } from "../common/options.js";
import { isScore, readLookup, readRanked, toUnit } from "./ranked-list.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { Ranked } from "../model/model-types.js"
 * @import { Context } from "./ranked-list.js"
 * @import { User } from "../model/user.js"
 * @typedef {number | null | undefined} Score of a source; null or undefined: it does
 *   not know the item
 *
 * @typedef {object} BlendSource of scores: `scores`, or a `model`
 * @property {"list" | ((item: ItemId) => Score) | ReadonlyMap<ItemId, Score> | Iterable<Ranked>}
 *   [scores] "list": the scores of the list itself
 * @property {Pick<import("../model/model.js").Model, "rank">} [model] whose scores are taken
 * @property {User | (() => User)} [user] of the model; a recommender knows it
 * @property {boolean} [raw] use the model's raw scores
 * @property {number} [weight] above 0; default 1
 *
 * @typedef {object} BlendOptions how sources are blended
 * @property {"score" | "rank"} [by] what is averaged (default "score")
 * @property {"zero" | "skip"} [missing] what an item gets of a source that does not know it: 0
 *   (default), or nothing
 * @property {number} [rankConstant] of reciprocal rank fusion (default 60, as in the paper)
 *
 * @typedef {(list: Ranked[], context: Context) => (item: ItemId) => Score} ScoreReader
 */

/**
 * A step that sorts a list by the weighted mean over several sources. By score, the scores of each
 * source are scaled to 0..1 over the list. By rank, a source gives `1 / (rankConstant + rank)`:
 * reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), which is independent of
 * scales. The mean is the new score.
 *
 * A source gives 0 to an item that it does not know, which by score is what its last item gets.
 * With `missing: "skip"` the mean is over the sources that know the item. An item that no source
 * knows comes last, with `score: null`. Ties keep the given order.
 *
 * @param {Iterable<BlendSource>} sources
 * @param {BlendOptions} [options]
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 *
 * @example
 * const sales = new Map([["One Glove", 90], ["Cold Engines", 5]]);
 * const step = blend([{ scores: "list", weight: 2 }, { scores: sales }], { by: "rank" });
 * const list = step(model.rank(user, ["One Glove", "Nine Knots", "Cold Engines"]));
 * list.map(({ item }) => item); // => ["Cold Engines", "One Glove", "Nine Knots"]
 */
export function blend(sources, options) {
  const readers = readSources(sources);
  const { toValues, missing } = readOptions(options);
  const total = readers.reduce((sum, { weight }) => sum + weight, 0);
  return (list, context = {}) => {
    const ranked = readRanked(list, "blend");
    const sums = ranked.map(() => 0);
    const weights = ranked.map(() => 0);
    for (const { read, weight, subject } of readers) {
      const scoreOf = read(ranked, context);
      const scores = ranked.map(({ item }) => checkScore(scoreOf(item), item, subject));
      const known = [...ranked.keys()].filter((at) => scores[at] !== null);
      const values = toValues(known.map((at) => /** @type {number} */ (scores[at])));
      known.forEach((at, i) => {
        sums[at] += weight * values[i];
        weights[at] += weight;
      });
    }
    const blended = ranked.map((entry, at) => {
      const weight = missing === "skip" ? weights[at] : total;
      return { ...entry, score: weights[at] ? sums[at] / weight : null };
    });
    return blended.sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  };
}

/** @param {BlendOptions | undefined} options */
function readOptions(options) {
  const {
    by = "score",
    missing = "zero",
    rankConstant = 60,
  } = checkOptions(options, "blend", "by missing rankConstant", { constant: "rankConstant" });
  if (by !== "score" && by !== "rank") throw argumentError("blend by", '"score" or "rank"', by);
  if (missing !== "zero" && missing !== "skip")
    throw new PocketrecError("bad-argument", "blend missing", '"zero" or "skip"', show(missing), {
      hint:
        /** @type {any} */ (missing) === "least"
          ? '"least" is called "zero" since 0.2.'
          : undefined,
    });
  assertNumber(rankConstant, "blend rankConstant", { max: 1e9 });
  const byRank = (/** @type {number[]} */ scores) =>
    ranksOf(scores).map((rank) => 1 / (rankConstant + rank));
  return { toValues: by === "score" ? toUnit : byRank, missing };
}

/** @param {Iterable<BlendSource>} sources */
function readSources(sources) {
  if (!isIterable(sources)) throw argumentError("blend", "a list of sources", sources);
  const readers = [...sources].map((source, number) => {
    const subject = `blend, source ${number}`;
    const { weight = 1 } = checkOptions(source, subject, "scores model user raw weight");
    assertNumber(weight, `${subject} weight`, { min: Number.MIN_VALUE, max: 1e9 });
    return { read: scoreReader(source, subject), weight, subject };
  });
  if (!readers.length) throw argumentError("blend", "at least one source", []);
  return readers;
}

/**
 * @param {BlendSource} source
 * @param {string} subject
 * @returns {ScoreReader}
 */
function scoreReader(source, subject) {
  const { scores, model } = source ?? {};
  if ((scores === undefined) === (model === undefined))
    throw argumentError(subject, "{ scores } or { model, user }", source);
  if (model) return modelReader(source, subject);
  if (scores === "list") return scoresOf;
  const scoreOf = readLookup(scores);
  if (scoreOf) return () => scoreOf;
  if (!isIterable(scores))
    throw argumentError(subject, '"list", a function, a Map or a ranked list', scores);
  const given = readRanked(scores, subject);
  return () => scoresOf(given);
}

/**
 * @param {BlendSource} source
 * @param {string} subject
 * @returns {ScoreReader}
 */
function modelReader({ model, user, raw }, subject) {
  if (typeof model?.rank !== "function") throw argumentError(subject, "a model", model);
  return (list, { userOf }) => {
    const known =
      typeof user === "function" ? user() : (user ?? userOf?.(/** @type {any} */ (model)));
    if (!known) throw argumentError(subject, "a user for the model", "none");
    const items = list.map(({ item }) => item);
    const ranked = /** @type {any} */ (model.rank(known, items, { raw }));
    if (typeof ranked?.then !== "function") return scoresOf(ranked);
    Promise.resolve(ranked).catch(() => {});
    throw argumentError(subject, "a model without a worker", "a promise");
  };
}

/** @param {Ranked[]} list */
function scoresOf(list) {
  const scores = new Map(list.map(({ item, score }) => [item, score]));
  return (/** @type {ItemId} */ item) => getById(scores, item);
}

/**
 * @param {unknown} score
 * @param {ItemId} item
 * @param {string} subject
 * @returns {number | null}
 */
function checkScore(score, item, subject) {
  if (score === undefined || score === null) return null;
  if (isScore(score)) return score;
  throw argumentError(`${subject}, item ${item}`, "a number, or none", score);
}

/**
 * Ranks from 1; equal scores share a rank.
 *
 * @param {number[]} scores
 * @returns {number[]}
 */
function ranksOf(scores) {
  const sorted = [...scores].sort((a, b) => b - a || 0);
  const ranks = new Map();
  sorted.forEach((score, i) => ranks.has(score) || ranks.set(score, i + 1));
  return scores.map((score) => ranks.get(score));
}
