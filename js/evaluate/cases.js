import { PocketrecError } from "../common/errors.js";
import { readBytes } from "../convert/files.js";
import { readInteractions } from "./interactions.js";
import { readNegatives } from "./negatives.js";
import { readLists } from "./published-lists.js";
import {
  assertCases,
  givenSplit,
  heldOutRatings,
  leaveOneOut,
  leaveOneOutAmong,
  strongGeneralisation,
} from "./protocols.js";

/**
 * Reads the files of an evaluation and makes the cases of its protocol.
 *
 * @typedef {import("./catalogue.js").Catalogue} Catalogue
 * @typedef {import("./catalogue.js").Counts} Counts
 * @typedef {import("./catalogue.js").Histories} Histories
 * @typedef {import("./protocols.js").Case} Case
 * @typedef {import("./files.js").Paths} Paths
 *
 * @typedef {object} Options as `pocketrec evaluate --help` describes them
 * @property {"leave-one-out" | "strong" | "rating" | "lists"} protocol
 * @property {number | "all"} sampled
 * @property {number} heldOut
 * @property {number} foldIn
 * @property {number} testShare
 * @property {number} seed
 *
 * @typedef {object} Split
 * @property {Case[]} cases
 * @property {Histories} train the training interactions, without the targets
 * @property {string} how what was done, as the end of a sentence
 *
 * @typedef {{ all?: Histories, train?: Histories, test?: Histories }} Data
 */

/**
 * @param {Paths} paths
 * @param {Catalogue} catalogue
 * @param {Options} options
 * @returns {Promise<Split & { counts: Counts }>}
 */
export async function findCases(paths, catalogue, options) {
  const counts = { interactions: 0, unknown: 0, low: 0 };
  const { protocol } = options;
  if (protocol === "lists") return { ...(await listCases(paths, catalogue, counts)), counts };
  const data = await readData(paths, catalogue, counts, protocol === "rating");
  if (protocol === "leave-one-out")
    return { ...(await leaveOneOutCases(paths, catalogue, data, options)), counts };
  return { ...(protocol === "strong" ? strongCases : ratingCases)(data, options), counts };
}

/**
 * @param {Paths} paths
 * @param {Catalogue} catalogue
 * @param {Counts} counts added to
 * @param {boolean} isRating
 * @returns {Promise<Data>}
 */
async function readData(paths, catalogue, counts, isRating) {
  const read = async (/** @type {string | undefined} */ path) => {
    if (!path) return undefined;
    const data = await readInteractions(await readBytes(path), path);
    if (isRating && !data.rating)
      throw new PocketrecError("bad-argument", path, "a column of ratings", "none");
    return catalogue.histories(data, counts, { isRating });
  };
  return {
    all: await read(paths.test && paths.train ? undefined : paths.all),
    train: await read(paths.train),
    test: await read(paths.test),
  };
}

/**
 * @param {Paths} paths
 * @param {Catalogue} catalogue
 * @param {Data} data
 * @param {Options} options
 * @returns {Promise<Split>}
 */
async function leaveOneOutCases(paths, catalogue, { all, train = all, test }, { sampled, seed }) {
  if (paths.negatives) return negativesCases(paths.negatives, catalogue, train ?? new Map());
  if (!train)
    throw new PocketrecError(
      "bad-argument",
      "--data",
      "training interactions, or a file of negatives",
      "a test file alone",
    );
  const cases = assertCases(
    leaveOneOut({ train, test, sampled, itemCount: catalogue.items.count, seed }),
    "two interactions or more",
  );
  const among =
    sampled === "all"
      ? "the whole catalogue without the history"
      : `${sampled} sampled items without interaction`;
  return {
    cases,
    train: withoutTargets(train, cases),
    how: `each user's ${test ? "item of the test file" : "last interaction"} among ${among}`,
  };
}

/**
 * @param {string} path of the negatives
 * @param {Catalogue} catalogue
 * @param {Histories} train
 * @returns {Promise<Split>}
 */
async function negativesCases(path, catalogue, train) {
  const lists = readNegatives(await readBytes(path), path)
    .map(({ user, item, negatives }) => ({
      name: user,
      target: catalogue.rowOf(item),
      negatives: knownRows(catalogue, negatives),
    }))
    .filter(({ target }) => target >= 0);
  const cases = assertCases(leaveOneOutAmong(train, lists), "a held-out item that the model knows");
  return {
    cases,
    train: withoutTargets(train, cases),
    how: "each held-out item among the items of its line in the file of negatives",
  };
}

/**
 * @param {Paths} paths
 * @param {Catalogue} catalogue
 * @param {Counts} counts added to
 * @returns {Promise<Split>}
 */
async function listCases({ all: path, train }, catalogue, counts) {
  if (path === undefined)
    throw new PocketrecError("bad-argument", "--data", "a file of lists", "a folder");
  const lists = await readLists(await readBytes(path), path, catalogue.userBase);
  const histories = train
    ? catalogue.histories(await readInteractions(await readBytes(train), train), counts)
    : new Map();
  const cases = [...lists].flatMap(([name, list]) => {
    const rows = knownRows(catalogue, list);
    counts.unknown += list.length - rows.length;
    const targets = rows.map((row) => ({ row }));
    return rows.length ? [{ name, history: histories.get(name) ?? [], targets }] : [];
  });
  const without = train ? ", without the training file's items" : "";
  return {
    cases: assertCases(cases, "lists of items that the model knows"),
    train: new Map(),
    how: `each list against as many of the model's best items${without}`,
  };
}

/**
 * @param {Catalogue} catalogue
 * @param {string[]} names of items
 */
const knownRows = (catalogue, names) =>
  names.map((name) => catalogue.rowOf(name)).filter((row) => row >= 0);

/**
 * @param {Histories} histories
 * @param {Case[]} cases
 * @returns {Histories}
 */
function withoutTargets(histories, cases) {
  const inputs = new Map(cases.map(({ name, history }) => [name, history]));
  return new Map([...histories].map(([name, events]) => [name, inputs.get(name) ?? events]));
}

/**
 * @param {Data} data
 * @param {Options} options
 * @returns {Split}
 */
function strongCases({ all, train, test }, { heldOut, foldIn, seed }) {
  if (train && test)
    return {
      cases: assertCases(givenSplit({ train, test }), "something to find"),
      train,
      how: "all users of the test file: the training file has the input, the test file the targets",
    };
  const histories = all ?? train ?? new Map();
  const cases = assertCases(
    strongGeneralisation({ all: histories, heldOut, foldIn, seed }),
    "two interactions or more",
  );
  const chosen = new Set(cases.map(({ name }) => name));
  const users = heldOut >= 1 ? "all users" : `${Math.round(100 * heldOut)}% of the users`;
  const input = `${Math.round(100 * foldIn)}% of each history as input`;
  return {
    cases,
    train: new Map([...histories].filter(([name]) => !chosen.has(name) || heldOut >= 1)),
    how:
      `${users}, ${input}, the rest as targets in the whole catalogue. ` +
      "Fair only for users that the model was not trained on",
  };
}

/**
 * @param {Data} data
 * @param {Options} options
 * @returns {Split}
 */
function ratingCases({ all, train, test }, { testShare, seed }) {
  if (test) {
    const histories = train ?? all ?? new Map();
    const cases = [...test]
      .filter(([, events]) => events.length)
      .map(([name, targets]) => ({ name, history: histories.get(name) ?? [], targets }));
    return {
      cases: assertCases(cases, "ratings"),
      train: histories,
      how: "the ratings of the test file",
    };
  }
  const histories = all ?? train ?? new Map();
  const cases = assertCases(heldOutRatings({ all: histories, share: testShare, seed }), "ratings");
  const share = `${Math.round(100 * testShare)}%`;
  return {
    cases,
    train: withoutTargets(histories, cases),
    how: `${share} of the ratings, sampled; fair only if the model was not trained on them`,
  };
}
