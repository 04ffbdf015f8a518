import { createRandom } from "../convert/random.js";
import { PocketrecError } from "../common/errors.js";

/**
 * Splits of histories into input and targets. Each protocol gives one case per user, and counts
 * what its rules leave out.
 *
 * @typedef {import("./catalogue.js").Interaction} Interaction
 * @typedef {import("./catalogue.js").Histories} Histories
 * @typedef {import("./counts.js").Counts} Counts
 * @typedef {ReturnType<typeof createRandom>} Draws
 *
 * @typedef {object} Case
 * @property {string} name the user's
 * @property {Interaction[]} history the input
 * @property {Interaction[]} targets
 * @property {Uint32Array} [others] rows of the candidates that are no targets; default: the
 *   catalogue without history and targets
 */

/**
 * Leave-one-out (He et al. 2017): one held-out item of each user, ranked among sampled items.
 *
 * @param {object} data
 * @param {Histories} data.train
 * @param {Histories} [data.test] holds the targets; default: the last interaction of each history
 *   in `train`
 * @param {number | "all"} data.sampled number of other candidates; "all": the catalogue
 * @param {number} data.itemCount
 * @param {number} data.seed
 * @param {Counts} counts added to
 * @returns {Case[]}
 */
export function leaveOneOut({ train, test, sampled, itemCount, seed }, counts) {
  const draws = createRandom(seed);
  return [...(test ?? train)].flatMap(([name, events]) => {
    const target = events.at(-1);
    if (!target || (!test && events.length < 2)) {
      counts[test ? "untargeted" : "short"]++;
      return [];
    }
    countChoice(events, Boolean(test), counts);
    const known = train.get(name) ?? [];
    const history = inputFor(known, [target], test ? counts : undefined);
    if (sampled === "all") return [{ name, history, targets: [target] }];
    const seen = new Set([...known, ...events].map(({ row }) => row));
    const others = sampleUnseen(draws, itemCount, sampled, seen);
    counts.fewer += Number(others.length < sampled);
    return [{ name, history, targets: [target], others }];
  });
}

/**
 * Counts a choice of the last interaction that is a rule's more than the data's.
 *
 * @param {Interaction[]} events of a user
 * @param {boolean} isTest whether all of them were meant to be held out
 * @param {Counts} counts added to
 */
function countChoice(events, isTest, counts) {
  const [before, last] = events.slice(-2);
  if (!last) return;
  if (isTest) counts.several++;
  else if (last.time !== undefined && before.time === last.time) counts.tied++;
}

/**
 * The input of a case: what is known of the user, without the targets' items.
 *
 * @param {Interaction[]} known
 * @param {{ row: number }[]} targets
 * @param {Counts} [counts] added to: targets that are known
 */
function inputFor(known, targets, counts) {
  const held = new Set(targets.map(({ row }) => row));
  const history = known.filter(({ row }) => !held.has(row));
  if (counts) {
    if (history.length < known.length) {
      const seen = new Set(known.map(({ row }) => row));
      counts.seen += targets.filter(({ row }) => seen.has(row)).length;
    }
    counts.empty += Number(history.length === 0);
  }
  return history;
}

/**
 * Leave-one-out with given lists of negatives. A negative that is the target, or repeats another,
 * does not count.
 *
 * @param {Histories} train
 * @param {{ name: string, target: number, negatives: number[] }[]} lists rows
 * @param {Counts} counts added to
 * @returns {Case[]}
 */
export function leaveOneOutAmong(train, lists, counts) {
  return lists.map(({ name, target, negatives }) => {
    const others = Uint32Array.from(new Set(negatives.filter((row) => row !== target)));
    counts.listRepeated += negatives.length - others.length;
    const targets = [{ row: target }];
    return { name, history: inputFor(train.get(name) ?? [], targets, counts), targets, others };
  });
}

/**
 * Samples distinct items without the seen ones; all of them where there are no more than `count`.
 *
 * @param {Draws} draws
 * @param {number} itemCount
 * @param {number} count
 * @param {Set<number>} seen
 */
function sampleUnseen(draws, itemCount, count, seen) {
  if (count >= itemCount - seen.size)
    return Uint32Array.from({ length: itemCount }, (_, row) => row).filter((row) => !seen.has(row));
  const sample = new Set();
  while (sample.size < count) {
    const row = draws.below(itemCount);
    if (!seen.has(row)) sample.add(row);
  }
  return Uint32Array.from(sample);
}

/**
 * Strong generalisation (Liang et al. 2018): users that the model was not trained on, part of
 * whose history is the input, and the rest the targets.
 *
 * @param {object} data
 * @param {Histories} data.all
 * @param {number} data.heldOut share of the users
 * @param {number} data.foldIn share of each user's history that is the input
 * @param {number} data.seed
 * @param {Counts} counts added to
 * @returns {Case[]}
 */
export function strongGeneralisation({ all, heldOut, foldIn, seed }, counts) {
  const draws = createRandom(seed);
  const usable = [...all].filter(([, events]) => events.length >= 2);
  counts.short += all.size - usable.length;
  const count = Math.max(1, Math.round(heldOut * usable.length));
  const chosen = heldOut >= 1 ? usable : shuffled(usable, draws).slice(0, count);
  return chosen.map(([name, events]) => {
    const order = shuffled(events, draws);
    const length = Math.min(Math.max(1, Math.round(foldIn * events.length)), events.length - 1);
    const input = new Set(order.slice(0, length));
    return {
      name,
      history: events.filter((event) => input.has(event)),
      targets: events.filter((event) => !input.has(event)),
    };
  });
}

/**
 * A given split of each user's interactions. Targets that are in the history do not count.
 *
 * @param {{ train: Histories, test: Histories }} data
 * @param {Counts} counts added to
 * @returns {Case[]}
 */
export function givenSplit({ train, test }, counts) {
  return [...test].flatMap(([name, events]) => {
    const history = train.get(name) ?? [];
    const seen = new Set(history.map(({ row }) => row));
    const targets = events.filter(({ row }) => !seen.has(row));
    counts.seen += events.length - targets.length;
    if (!targets.length) counts.untargeted++;
    else if (!history.length) counts.empty++;
    return targets.length ? [{ name, history, targets }] : [];
  });
}

/**
 * Rows of a test file whose ratings or labels are predicted.
 *
 * @param {{ train: Histories, test: Histories }} data
 * @param {Counts} counts added to
 * @returns {Case[]}
 */
export function givenRows({ train, test }, counts) {
  return [...test].flatMap(([name, targets]) => {
    if (!targets.length) counts.untargeted++;
    return targets.length
      ? [{ name, history: inputFor(train.get(name) ?? [], targets, counts), targets }]
      : [];
  });
}

/**
 * Ratings or labels held out at random.
 *
 * @param {{ all: Histories, share: number, seed: number }} data
 * @returns {Case[]}
 */
export function heldOutRows({ all, share, seed }) {
  const draws = createRandom(seed);
  return [...all].flatMap(([name, events]) => {
    const isTarget = events.map(() => draws.uniform() < share);
    const targets = events.filter((_, index) => isTarget[index]);
    const history = events.filter((_, index) => !isTarget[index]);
    return targets.length ? [{ name, history: inputFor(history, targets), targets }] : [];
  });
}

/**
 * Fisher and Yates.
 *
 * @template T
 * @param {T[]} list
 * @param {Draws} draws
 */
function shuffled(list, draws) {
  const order = [...list];
  for (let i = order.length - 1; i > 0; i--) {
    const j = draws.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}

/**
 * @param {Case[]} cases
 * @param {string} what a user of a case has
 * @throws {PocketrecError} "bad-argument": there are none
 */
export function assertCases(cases, what) {
  if (cases.length) return cases;
  throw new PocketrecError("bad-argument", "--data", `users with ${what}`, "none");
}
