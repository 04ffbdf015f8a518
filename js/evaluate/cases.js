import { PocketrecError } from "../common/errors.js";
import { readBytes } from "../convert/files.js";
import { readInteractions, readNegatives } from "./interactions.js";
import { readLists } from "./published-lists.js";
import {
  assertCases,
  givenSplit,
  heldOutRatings,
  leaveOneOut,
  strongGeneralisation,
} from "./protocols.js";

/**
 * From files to the cases of a protocol, and a sentence on what was done.
 *
 * @typedef {import("./catalogue.js").Catalogue} Catalogue
 * @typedef {import("./catalogue.js").Counts} Counts
 * @typedef {import("./protocols.js").Case} Case
 * @typedef {import("./protocols.js").People} People
 * @typedef {{ protocol: "leave-one-out" | "strong" | "rating" | "lists", sampled: number | "all",
 *   heldOut: number, foldIn: number, testShare: number, seed: number }} How
 * @typedef {{ cases: Case[], train: People, how: string, counts: Counts }} Found train: what is
 *   known of everybody
 *
 * @param {import("./files.js").Paths} paths
 * @param {Catalogue} catalogue
 * @param {How} options
 * @returns {Promise<Found>}
 */
export async function findCases(paths, catalogue, options) {
  if (options.protocol === "lists") return listCases(paths, catalogue);
  const counts = { interactions: 0, unknown: 0, low: 0 };
  const isRating = options.protocol === "rating";
  const read = async (/** @type {string | undefined} */ path) =>
    path
      ? catalogue.people(
          demandRatings(await readInteractions(await readBytes(path), path), isRating),
          counts,
          { isRating },
        )
      : undefined;
  const [all, train, test] = [
    await read(paths.test && paths.train ? undefined : paths.all),
    await read(paths.train),
    await read(paths.test),
  ];
  const found = { all, train, test };
  if (options.protocol === "leave-one-out")
    return { ...(await leaveOneOutCases(paths, catalogue, found, options)), counts };
  if (options.protocol === "strong") return { ...strongCases(found, options), counts };
  return { ...ratingCases(found, options), counts };
}

/**
 * @param {import("./interactions.js").Interactions} data
 * @param {boolean} isRating
 */
function demandRatings(data, isRating) {
  if (!isRating || data.rating) return data;
  throw new PocketrecError("bad-argument", data.path, "a column of ratings", "none");
}

/** @typedef {{ all?: People, train?: People, test?: People }} Read */

/**
 * @param {import("./files.js").Paths} paths
 * @param {Catalogue} catalogue
 * @param {Read} read
 * @param {How} options
 */
async function leaveOneOutCases(paths, catalogue, { all, train = all, test }, { sampled, seed }) {
  const known = train ?? new Map();
  const items = catalogue.items.count;
  if (paths.negatives) {
    const lists = readNegatives(await readBytes(paths.negatives), paths.negatives).flatMap(
      ({ user, item, negatives }) => {
        const target = catalogue.rowOf(item);
        return target < 0
          ? []
          : [
              {
                name: user,
                target,
                others: negatives.map((name) => catalogue.rowOf(name)).filter((row) => row >= 0),
              },
            ];
      },
    );
    const cases = leaveOneOut({ train: known, negatives: lists, sampled, items, seed });
    return {
      cases: assertCases(cases, "a held-out item that the model knows"),
      train: withoutTargets(known, cases),
      how: "each held-out item among the items of its line in the file of negatives",
    };
  }
  if (!train)
    throw new PocketrecError(
      "bad-argument",
      "--data",
      "training interactions, or a file of negatives",
      "a test file alone",
    );
  const cases = leaveOneOut({ train: known, test, sampled, items, seed });
  const among =
    sampled === "all"
      ? "the whole catalogue without the history"
      : `${sampled} items drawn from those that the person has had nothing to do with`;
  return {
    cases: assertCases(cases, "two interactions or more"),
    train: withoutTargets(known, cases),
    how: `each person's ${test ? "item of the test file" : "last interaction"} among ${among}`,
  };
}

/**
 * @param {import("./files.js").Paths} paths
 * @param {Catalogue} catalogue
 * @returns {Promise<Found>}
 */
async function listCases({ all: path, train }, catalogue) {
  if (path === undefined)
    throw new PocketrecError("bad-argument", "--data", "a file of lists", "a folder");
  const counts = { interactions: 0, unknown: 0, low: 0 };
  const lists = await readLists(await readBytes(path), path, catalogue.userBase);
  const known = train
    ? catalogue.people(await readInteractions(await readBytes(train), train), counts)
    : new Map();
  const cases = [...lists].flatMap(([name, list]) => {
    const rows = list.map((item) => catalogue.rowOf(item)).filter((row) => row >= 0);
    counts.unknown += list.length - rows.length;
    return rows.length
      ? [{ name, history: known.get(name) ?? [], targets: rows.map((row) => ({ row })) }]
      : [];
  });
  return {
    cases: assertCases(cases, "lists of items that the model knows"),
    train: new Map(),
    how: `each list against the model's best as many${train ? ", without the training file's items" : ""}`,
    counts,
  };
}

/**
 * What was held out is not known.
 *
 * @param {People} people
 * @param {Case[]} cases
 * @returns {People}
 */
function withoutTargets(people, cases) {
  const histories = new Map(cases.map(({ name, history }) => [name, history]));
  return new Map([...people].map(([name, events]) => [name, histories.get(name) ?? events]));
}

/**
 * @param {Read} read
 * @param {How} options
 */
function strongCases({ all, train, test }, { heldOut, foldIn, seed }) {
  if (train && test) {
    return {
      cases: assertCases(givenSplit({ train, test }), "something to find"),
      train,
      how: "everybody of the test file: what the training file has of them goes in, what the test file has is to be found",
    };
  }
  const everybody = all ?? train ?? new Map();
  const cases = assertCases(
    strongGeneralisation({ all: everybody, heldOut, foldIn, seed }),
    "two interactions or more",
  );
  const chosen = new Set(cases.map(({ name }) => name));
  return {
    cases,
    train: new Map([...everybody].filter(([name]) => !chosen.has(name) || heldOut >= 1)),
    how: `${heldOut >= 1 ? "everybody" : `${Math.round(100 * heldOut)}% of the people`}, ${Math.round(100 * foldIn)}% of what each has going in, the rest to be found in the whole catalogue. Fair only for people whom the model was not trained on`,
  };
}

/**
 * @param {Read} read
 * @param {How} options
 */
function ratingCases({ all, train, test }, { testShare, seed }) {
  if (test) {
    const known = train ?? all ?? new Map();
    return {
      cases: assertCases(
        [...test]
          .filter(([, events]) => events.length)
          .map(([name, targets]) => ({ name, history: known.get(name) ?? [], targets })),
        "ratings",
      ),
      train: known,
      how: "the ratings of the test file",
    };
  }
  const everybody = all ?? train ?? new Map();
  const cases = assertCases(heldOutRatings({ all: everybody, share: testShare, seed }), "ratings");
  return {
    cases,
    train: withoutTargets(everybody, cases),
    how: `${Math.round(100 * testShare)}% of the ratings, drawn; fair only where the model was not trained on them`,
  };
}
