import {
  argumentError,
  assertNoRenamedOption,
  assertNumber,
  isIterable,
} from "../common/arguments.js";
import { isScore, readRanked, toUnit } from "./ranked-list.js";

/**
 * @typedef {import("./ranked-list.js").ItemId} ItemId
 * @typedef {import("./ranked-list.js").Ranked} Ranked
 * @typedef {import("./ranked-list.js").Context} Context
 * @typedef {number | null | undefined} Score none where the source does not know the item
 *
 * @typedef {object} BlendSource where one of the scores comes from: `scores`, or a `model`
 * @property {"list" | ((item: ItemId) => Score) | ReadonlyMap<ItemId, Score> | Iterable<Ranked>}
 *   [scores] "list": those that the list has already
 * @property {Pick<import("../model/model.js").Model, "rank">} [model]
 * @property {import("../model/user.js").User | (() => import("../model/user.js").User)} [user] the
 *   model's; in a recommender it is known
 * @property {boolean} [raw] whether the model's scores are taken before its output function
 * @property {number} [weight] above 0; default 1
 */

/** @typedef {(list: Ranked[], context: Context) => (item: ItemId) => Score} Reader */

/**
 * A step that orders a list by what several sources say of its items: the weighted mean of their
 * scores, brought to 0 to 1 over the list, or of `1 / (rankConstant + rank)`, reciprocal rank fusion
 * (Cormack, Clarke and Büttcher, SIGIR 2009), which asks nothing of scales. The new score is that
 * mean.
 *
 * An item that a source does not know gets 0 of it, which by score is what its last one gets; with
 * `missing: "skip"` the mean is over the sources that know the item. What no source knows comes
 * last, in the given order, with `score: null`. Ties stay in the given order.
 *
 * @param {Iterable<BlendSource>} sources
 * @param {{ by?: "score" | "rank", missing?: "zero" | "skip", rankConstant?: number }} [options]
 *   rankConstant: 60, as in the paper
 * @returns {import("./ranked-list.js").SyncStep}
 * @throws {import("../common/errors.js").PocketrecError} "bad-argument"
 */
export function blend(sources, options = {}) {
  assertNoRenamedOption(options, { constant: "rankConstant" });
  const { by = "score", missing = "zero", rankConstant = 60 } = options;
  if (!isIterable(sources)) throw argumentError("blend", "a list of sources", sources);
  const readers = [...sources].map((source, at) => {
    const { weight = 1 } = source ?? {};
    assertNumber(weight, `blend, weight of source ${at}`, { min: Number.MIN_VALUE, max: 1e9 });
    return { read: readerOf(source, `blend, source ${at}`), weight };
  });
  if (!readers.length) throw argumentError("blend", "at least one source", []);
  if (by !== "score" && by !== "rank") throw argumentError("blend by", '"score" or "rank"', by);
  if (missing !== "zero" && missing !== "skip")
    throw argumentError("blend missing", '"zero" or "skip"', missing);
  assertNumber(rankConstant, "blend rankConstant", { max: 1e9 });
  const byRank = (/** @type {number[]} */ scores) =>
    ranksOf(scores).map((rank) => 1 / (rankConstant + rank));
  const toParts = by === "score" ? toUnit : byRank;
  const whole = readers.reduce((sum, { weight }) => sum + weight, 0);
  return (list, context = {}) => {
    const ranked = readRanked(list, "blend");
    const sums = ranked.map(() => 0);
    const weights = ranked.map(() => 0);
    readers.forEach(({ read, weight }, number) => {
      const scoreOf = read(ranked, context);
      const scores = ranked.map(({ item }) => checked(scoreOf(item), item, number));
      const known = [...ranked.keys()].filter((at) => scores[at] !== null);
      const parts = toParts(known.map((at) => /** @type {number} */ (scores[at])));
      known.forEach((at, i) => {
        sums[at] += weight * parts[i];
        weights[at] += weight;
      });
    });
    const blended = ranked.map((entry, at) => {
      const weight = missing === "skip" ? weights[at] : whole;
      return { ...entry, score: weights[at] ? sums[at] / weight : null };
    });
    return blended.sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  };
}

/**
 * @param {BlendSource} source
 * @param {string} subject
 * @returns {Reader}
 */
function readerOf(source, subject) {
  const { scores, model, user, raw } = source ?? {};
  if ((scores === undefined) === (model === undefined))
    throw argumentError(subject, "{ scores } or { model, user }", source);
  if (model) {
    if (typeof model.rank !== "function") throw argumentError(subject, "a model", model);
    return (list, { userOf }) => {
      const who =
        typeof user === "function" ? user() : (user ?? userOf?.(/** @type {any} */ (model)));
      if (!who) throw argumentError(subject, "a user beside the model", "none");
      return fromList(
        model.rank(
          who,
          list.map(({ item }) => item),
          { raw },
        ),
      );
    };
  }
  if (scores === "list") return fromList;
  if (typeof scores === "function") return () => scores;
  if (scores instanceof Map) return () => (item) => scores.get(item);
  if (!isIterable(scores))
    throw argumentError(subject, '"list", a function, a Map or a ranked list', scores);
  const given = readRanked(scores, subject);
  return () => fromList(given);
}

/** @param {Ranked[]} list */
function fromList(list) {
  const scores = new Map(list.map(({ item, score }) => [item, score]));
  return (/** @type {ItemId} */ item) => scores.get(item);
}

/**
 * @param {unknown} score
 * @param {ItemId} item
 * @param {number} number of the source
 * @returns {number | null}
 */
function checked(score, item, number) {
  if (score === undefined || score === null) return null;
  if (isScore(score)) return score;
  throw argumentError(`blend, source ${number}, item ${item}`, "a number, or none", score);
}

/**
 * From 1; the same for the same score.
 * @param {number[]} scores
 */
function ranksOf(scores) {
  const sorted = [...scores].sort((a, b) => b - a || 0);
  const ranks = new Map();
  sorted.forEach((score, i) => ranks.has(score) || ranks.set(score, i + 1));
  return scores.map((score) => ranks.get(score));
}
