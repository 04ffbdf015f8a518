import { createRandom } from "../convert/random.js";
import { PocketrecError } from "../common/errors.js";

/**
 * Who is asked what: of each person the history that goes in and what is to be found.
 *
 * @typedef {import("./catalogue.js").Event} Event
 * @typedef {Map<string, Event[]>} People
 * @typedef {object} Case a person
 * @property {string} name
 * @property {Event[]} history
 * @property {Event[]} targets
 * @property {Uint32Array} [others] the candidates that are no targets; default: the catalogue
 *   without history and targets
 */

/**
 * He et al. 2017: everybody's last interaction among some others.
 *
 * @param {{ train: People, test?: People, negatives?: { name: string, target: number, others:
 *   number[] }[], sampled: number | "all", items: number, seed: number }} data without `test` each
 *   person's last interaction is taken out of `train`
 * @returns {Case[]}
 */
export function leaveOneOut({ train, test, negatives, sampled, items, seed }) {
  if (negatives) {
    return negatives.map(({ name, target, others }) => ({
      // A negative that is the held-out item, or comes twice, is none.
      name,
      history: (train.get(name) ?? []).filter(({ row }) => row !== target),
      targets: [{ row: target }],
      others: Uint32Array.from(new Set(others.filter((row) => row !== target))),
    }));
  }
  const draws = createRandom(seed);
  return [...(test ?? train)].flatMap(([name, events]) => {
    const target = events.at(-1);
    const all = train.get(name) ?? [];
    if (!target || (!test && events.length < 2)) return [];
    const history = all.filter(({ row }) => row !== target.row);
    return [
      {
        name,
        history,
        targets: [target],
        ...(sampled === "all"
          ? {}
          : {
              others: drawOthers(
                draws,
                items,
                sampled,
                new Set([...all, target].map(({ row }) => row)),
              ),
            }),
      },
    ];
  });
}

/**
 * Different items that a person has had nothing to do with.
 *
 * @param {ReturnType<typeof createRandom>} draws
 * @param {number} items
 * @param {number} count
 * @param {Set<number>} seen
 */
function drawOthers(draws, items, count, seen) {
  const left = items - seen.size;
  const drawn = new Set();
  // Of a catalogue that is nearly all asked for, all of the rest.
  if (count >= left)
    return Uint32Array.from({ length: items }, (_, row) => row).filter((row) => !seen.has(row));
  while (drawn.size < count) {
    const row = draws.below(items);
    if (!seen.has(row)) drawn.add(row);
  }
  return Uint32Array.from(drawn);
}

/**
 * Liang et al. 2018: people whom the model was not trained on, most of what they have going in, the
 * rest to be found.
 *
 * @param {{ all: People, heldOut: number, foldIn: number, seed: number }} data heldOut: share of
 *   the people; foldIn: of what each has
 * @returns {Case[]}
 */
export function strongGeneralisation({ all, heldOut, foldIn, seed }) {
  const draws = createRandom(seed);
  const able = [...all].filter(([, events]) => events.length >= 2);
  const chosen =
    heldOut >= 1
      ? able
      : shuffled(able, draws).slice(0, Math.max(1, Math.round(heldOut * able.length)));
  return chosen.map(([name, events]) => {
    const order = shuffled(events, draws);
    const most = Math.min(Math.max(1, Math.round(foldIn * events.length)), events.length - 1);
    const inside = new Set(order.slice(0, most));
    return {
      name,
      history: events.filter((event) => inside.has(event)),
      targets: events.filter((event) => !inside.has(event)),
    };
  });
}

/**
 * The same people in both files: one goes in, the other is to be found.
 *
 * @param {{ train: People, test: People }} data
 * @returns {Case[]}
 */
export function givenSplit({ train, test }) {
  return [...test].flatMap(([name, events]) => {
    const history = train.get(name) ?? [];
    const seen = new Set(history.map(({ row }) => row));
    const targets = events.filter(({ row }) => !seen.has(row));
    return targets.length ? [{ name, history, targets }] : [];
  });
}

/**
 * Ratings drawn out of everybody's.
 *
 * @param {{ all: People, share: number, seed: number }} data
 * @returns {Case[]}
 */
export function heldOutRatings({ all, share, seed }) {
  const draws = createRandom(seed);
  return [...all].flatMap(([name, events]) => {
    const isTarget = events.map(() => draws.uniform() < share);
    const targets = events.filter((_, place) => isTarget[place]);
    return targets.length
      ? [{ name, history: events.filter((_, place) => !isTarget[place]), targets }]
      : [];
  });
}

/**
 * @template T
 * @param {T[]} list
 * @param {ReturnType<typeof createRandom>} draws
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
 * @param {string} what
 */
export function assertCases(cases, what) {
  if (!cases.length)
    throw new PocketrecError("bad-argument", "--data", `people with ${what}`, "none");
  return cases;
}
