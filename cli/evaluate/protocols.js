import { createRandom } from "../convert/random.js";
import { PocketrecError } from "../../js/common/errors.js";

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
 *
 * @typedef {Case & { shots: number }} FewCase of so many items in the input
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
 * @param {boolean} [data.isOrdered] whether the model reads a sequence, in which the held-out item
 *   may stand before, too
 * @param {Counts} counts added to
 * @returns {Case[]}
 */
export function leaveOneOut({ train, test, sampled, itemCount, seed, isOrdered }, counts) {
  const draws = createRandom(seed);
  return [...(test ?? train)].flatMap(([name, events]) => {
    const target = events.at(-1);
    if (!target || (!test && events.length < 2)) {
      counts[test ? "untargeted" : "short"]++;
      return [];
    }
    countChoice(events, Boolean(test), counts);
    const known = train.get(name) ?? [];
    const history = isOrdered
      ? eventsBefore(known, target, counts)
      : inputFor(known, [target], test ? counts : undefined);
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
 * The input of a sequence model: all events but the held-out one.
 *
 * @param {Interaction[]} known
 * @param {Interaction} target
 * @param {Counts} counts added to
 */
function eventsBefore(known, target, counts) {
  const history = known.filter((event) => event !== target);
  counts.again += Number(history.some(({ row }) => row === target.row));
  counts.empty += Number(history.length === 0);
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
  const usable = [...all].filter(([, events]) => lastOfEach(events).length >= 2);
  counts.short += all.size - usable.length;
  const chosen = sampledFrom(usable, heldOut, draws);
  return chosen.map(([name, events]) => {
    const order = shuffled(lastOfEach(events), draws);
    const length = Math.min(Math.max(1, Math.round(foldIn * order.length)), order.length - 1);
    return { name, ...parted(events, order.slice(0, length)) };
  });
}

/**
 * @template T
 * @param {T[]} list
 * @param {number} share 1: all, in their order
 * @param {Draws} draws
 */
function sampledFrom(list, share, draws) {
  const count = Math.max(1, Math.round(share * list.length));
  return share >= 1 ? list : shuffled(list, draws).slice(0, count);
}

/**
 * A sample of the users, and the others; of all users there are no others.
 *
 * @param {Histories} all
 * @param {number} share
 * @param {number} seed
 */
export function sampledUsers(all, share, seed) {
  const chosen = new Map(sampledFrom([...all], share, createRandom(seed)));
  return { chosen, others: new Map([...all].filter(([name]) => !chosen.has(name))) };
}

/**
 * Short histories: of each user some liked items are the input, and all others that the user met
 * the targets. In each draw the input of more items holds that of fewer.
 *
 * @param {object} data
 * @param {Histories} data.histories
 * @param {number[]} data.shots numbers of items in the input
 * @param {number} data.draws how often the input of a user is drawn
 * @param {number} data.liked the lowest rating of an item of the input
 * @param {number} data.spare liked items of a user that are left to find, at least
 * @param {number} data.seed
 * @returns {FewCase[]}
 */
export function shortHistories({ histories, shots, draws, liked, spare, seed }) {
  const random = createRandom(seed);
  return [...histories].flatMap(([name, events]) => {
    const items = lastOfEach(events);
    const given = items.filter(({ rating = Infinity }) => rating >= liked);
    return Array.from({ length: draws }, () => shuffled(given, random)).flatMap((order) =>
      shots
        .filter((count) => count + spare <= given.length && count < items.length)
        .map((count) => ({ name, shots: count, ...parted(events, order.slice(0, count)) })),
    );
  });
}

/**
 * A history in its order, and the last interaction with each other item.
 *
 * @param {Interaction[]} events
 * @param {Interaction[]} input whose items are the history
 */
function parted(events, input) {
  const rows = new Set(input.map(({ row }) => row));
  return {
    history: events.filter(({ row }) => rows.has(row)),
    targets: lastOfEach(events.filter(({ row }) => !rows.has(row))),
  };
}

/**
 * Of repeated interactions with one item the last one.
 * @param {Interaction[]} events
 */
export function lastOfEach(events) {
  /** @type {Map<number, Interaction>} */
  const last = new Map();
  for (const event of events) {
    last.delete(event.row);
    last.set(event.row, event);
  }
  return [...last.values()];
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
    const items = lastOfEach(events);
    const targets = items.filter(({ row }) => !seen.has(row));
    counts.seen += items.length - targets.length;
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
