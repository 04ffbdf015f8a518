import { PocketrecError } from "../../js/common/errors.js";
import { newCounts } from "./counts.js";
import { assertOrder, readsOrder } from "./order.js";
import {
  assertCases,
  givenRows,
  givenSplit,
  heldOutRows,
  lastOfEach,
  leaveOneOut,
  leaveOneOutAmong,
  shortHistories,
  strongGeneralisation,
  sampledUsers,
} from "./protocols.js";
import {
  assertPredictsRatings,
  assertScale,
  clickThreshold,
  rankingThreshold,
  ratingThreshold,
  valuesOf,
} from "./ratings.js";

/**
 * Reads the files of an evaluation and makes the cases of its protocol.
 *
 * @typedef {import("./catalogue.js").Catalogue} Catalogue
 * @typedef {import("./catalogue.js").Interaction} Interaction
 * @typedef {import("./catalogue.js").Histories} Histories
 * @typedef {import("./counts.js").Counts} Counts
 * @typedef {import("./interactions.js").Interactions} Interactions
 * @typedef {import("./protocols.js").Case} Case
 * @typedef {import("./files.js").Paths} Paths
 *
 * @typedef {object} Options as `pocketrec-cli evaluate --help` describes them
 * @property {"leave-one-out" | "strong" | "few" | "rating" | "clicks" | "lists"} protocol
 * @property {number} [positive]
 * @property {number[]} shots
 * @property {number} draws
 * @property {number} [liked]
 * @property {number} spare
 * @property {boolean} [inOrder]
 * @property {number | "all"} sampled
 * @property {number} heldOut
 * @property {number} foldIn
 * @property {number} testShare
 * @property {number} seed
 * @property {Readonly<import("../../js/file/metadata.js").Info>} info of the model
 * @property {import("./scorers.js").UserSource} userSource
 * @property {import("./data-reader.js").DataReader} reader
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
  const counts = newCounts();
  const split = await CASES[options.protocol](paths, catalogue, options, counts);
  const holdsOutLast = options.protocol === "leave-one-out" && !paths.test && !paths.negatives;
  if (!holdsOutLast) counts.lastUnknown = 0;
  return { ...split, counts };
}

/**
 * @callback MakeCases
 * @param {Paths} paths
 * @param {Catalogue} catalogue
 * @param {Options} options
 * @param {Counts} counts added to
 * @returns {Promise<Split>}
 */

/** @type {Record<Options["protocol"], MakeCases>} */
const CASES = {
  "leave-one-out": leaveOneOutCases,
  strong: strongCases,
  few: fewCases,
  rating: ratingCases,
  clicks: clickCases,
  lists: listCases,
};

/**
 * The interactions of a protocol that ranks: those rated at or above the threshold.
 *
 * @param {Paths} paths
 * @param {Catalogue} catalogue
 * @param {Options} options
 * @param {Counts} counts added to
 */
async function readRanked(paths, catalogue, options, counts) {
  const { positive, info, userSource, reader } = options;
  const files = await readFiles(paths, reader);
  const keepsRepeated = readsOrder(info);
  if (keepsRepeated) assertOrder(files, options);
  const values = valuesOf(Object.values(files));
  // Of short histories every interaction is to be found, those with low ratings, too.
  const usual = options.protocol === "few" ? undefined : info.rating.positive;
  const threshold = rankingThreshold(values, positive ?? usual);
  const readsScale =
    (positive === undefined && threshold !== undefined) ||
    (userSource === "history" && info.input.values === "rating");
  if (readsScale && values.count) assertScale(values, threshold, info);
  const how = { positive: threshold, keepsRepeated };
  return mapped(files, (data) => catalogue.histories(data, counts, how));
}

/**
 * The files of interactions by role.
 *
 * @param {Paths} paths
 * @param {Options["reader"]} reader
 * @param {string} [values] what a column of values holds, where the protocol needs one
 * @returns {Promise<{ all?: Interactions, train?: Interactions, test?: Interactions }>}
 */
async function readFiles({ all, train, test }, reader, values) {
  const isSplit = train && test;
  /** @type {Record<string, Interactions>} */
  const files = {};
  for (const [role, path] of Object.entries({ all: isSplit ? undefined : all, train, test })) {
    if (!path) continue;
    const data = await reader.interactions(path);
    if (values && !data.rating)
      throw new PocketrecError("bad-argument", path, `a column of ${values}`, "none");
    files[role] = data;
  }
  return files;
}

/**
 * @template T
 * @param {{ all?: Interactions, train?: Interactions, test?: Interactions }} files
 * @param {(data: Interactions) => T} map
 * @returns {{ all?: T, train?: T, test?: T }}
 */
const mapped = (files, map) =>
  Object.fromEntries(Object.entries(files).map(([role, data]) => [role, map(data)]));

/** @type {MakeCases} */
async function leaveOneOutCases(paths, catalogue, options, counts) {
  const { all, train = all, test } = await readRanked(paths, catalogue, options, counts);
  const { sampled, seed } = options;
  if (paths.negatives) {
    const { negatives: path } = paths;
    const lists = await options.reader.negatives(path);
    return negativesCases({ path, lists }, catalogue, { train: train ?? new Map(), test }, counts);
  }
  if (!train)
    throw new PocketrecError(
      "bad-argument",
      "--data",
      "training interactions, or a file of negatives",
      "a test file alone",
    );
  const isOrdered = readsOrder(options.info);
  const data = { train, test, sampled, itemCount: catalogue.items.count, seed, isOrdered };
  const cases = assertCases(leaveOneOut(data, counts), "two interactions or more");
  const among =
    sampled === "all"
      ? "the whole catalogue without the history"
      : `${sampled} sampled items without interaction`;
  const last = cases[0].targets[0].time === undefined ? "last line" : "last interaction by time";
  return {
    cases,
    train: withoutTargets(train, cases),
    how: test
      ? `each user's item of the test file among ${among}`
      : `each user's ${last} among ${among}; fair only if the model was not trained on it`,
  };
}

/**
 * @param {{ path: string, lists: { user: string, item: string, negatives: string[] }[] }} file
 * @param {Catalogue} catalogue
 * @param {{ train: Histories, test?: Histories }} data
 * @param {Counts} counts added to
 * @returns {Split}
 */
function negativesCases({ path, lists: read }, catalogue, { train, test }, counts) {
  const lists = read.flatMap(({ user, item, negatives }) => {
    const target = catalogue.rowOf(item);
    const rows = knownRows(catalogue, negatives);
    counts.listUnknown += negatives.length - rows.length;
    counts.lines += Number(target < 0);
    return target < 0 ? [] : [{ name: user, target, negatives: rows }];
  });
  const count = read.reduce((sum, { negatives }) => sum + 1 + negatives.length, 0);
  catalogue.assertMostlyKnown(path, count, count - counts.listUnknown - counts.lines);
  counts.lineRepeats = repeatedNames(lists);
  if (test) assertSameTargets(path, lists, test);
  const cases = assertCases(
    leaveOneOutAmong(train, lists, counts),
    "a held-out item that the model knows",
  );
  return {
    cases,
    train: withoutTargets(train, cases),
    how: "each held-out item among the items of its line in the file of negatives",
  };
}

/**
 * How many names occur several times.
 * @param {{ name: string }[]} list
 */
function repeatedNames(list) {
  const [once, again] = [new Set(), new Set()];
  for (const { name } of list) (once.has(name) ? again : once).add(name);
  return again.size;
}

/**
 * @param {string} path of the negatives
 * @param {{ name: string, target: number }[]} lists
 * @param {Histories} test
 * @throws {PocketrecError} "bad-argument": the two files hold out different items
 */
function assertSameTargets(path, lists, test) {
  const others = lists.filter(
    ({ name, target }) => !test.get(name)?.some(({ row }) => row === target),
  );
  if (!others.length) return;
  throw new PocketrecError(
    "bad-argument",
    path,
    "the held-out items of the test file",
    `${others.length} of ${lists.length} lines with others, first that of user ${others[0].name}`,
    { hint: "Are both files of one split? Without --test the lines alone say what is held out." },
  );
}

/** @type {MakeCases} */
async function listCases({ all: path, train }, catalogue, options, counts) {
  if (path === undefined)
    throw new PocketrecError("bad-argument", "--data", "a file of lists", "a folder");
  const lists = await options.reader.lists(path, catalogue.userBase);
  const { train: histories = new Map() } = train
    ? await readRanked({ train }, catalogue, options, counts)
    : {};
  const cases = [...lists].flatMap(([name, list]) => {
    const known = knownRows(catalogue, list);
    const rows = [...new Set(known)];
    counts.listUnknown += list.length - known.length;
    counts.listRepeated += known.length - rows.length;
    counts.lines += Number(!rows.length);
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

/** @type {MakeCases} */
async function strongCases(paths, catalogue, options, counts) {
  const { all, train = all, test } = await readRanked(paths, catalogue, options, counts);
  if (test)
    return {
      cases: assertCases(
        givenSplit({ train: needTrain(train), test }, counts),
        "something to find",
      ),
      train: needTrain(train),
      how: "all users of the test file: the training file has the input, the test file the targets",
    };
  const { heldOut, foldIn, seed } = options;
  const histories = needTrain(train);
  const cases = assertCases(
    strongGeneralisation({ all: histories, heldOut, foldIn, seed }, counts),
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

/** @type {MakeCases} */
async function fewCases(paths, catalogue, options, counts) {
  const read = await readRanked(paths, catalogue, options, counts);
  const { measured, train, users } = fewUsers(read, options);
  const { shots, draws, spare, seed } = options;
  const rated = [...measured.values()].flat().some(({ rating }) => rating !== undefined);
  const liked = rated ? likedThreshold(options) : -Infinity;
  const cases = shortHistories({ histories: measured, shots, draws, liked, spare, seed });
  const known = new Set(cases.map(({ name }) => name));
  counts.short += [...measured.keys()].filter((name) => !known.has(name)).length;
  const given = `${shots.join(", ")} items${rated ? ` rated ${liked} or more` : ""}`;
  return {
    cases: assertCases(cases, "enough liked items"),
    train,
    how:
      `${users}; input: ${given}, drawn ${draws} times; to find: all other items of the user, ` +
      "in the whole catalogue without the input",
  };
}

/**
 * Whom short histories are drawn from, and the interactions of all others.
 *
 * @param {Data} read
 * @param {Options} options
 */
function fewUsers({ all, train, test }, { heldOut, seed }) {
  const measured = test ?? all;
  if (measured && train) {
    const both = [...measured].find(([name, events]) => events.length && train.get(name)?.length);
    if (!both) return { measured, train, users: "all users of the data" };
    throw new PocketrecError(
      "bad-argument",
      "--train",
      "interactions of other users than the measured ones",
      `user ${both[0]} in both files`,
    );
  }
  const { chosen, others } = sampledUsers(needTrain(measured ?? train), heldOut, seed);
  const share = heldOut >= 1 ? "all users" : `${Math.round(100 * heldOut)}% of the users`;
  const users = `${share}, fair only if the model was not trained on them`;
  return { measured: chosen, train: others, users };
}

/**
 * The lowest rating of an item that is given.
 *
 * @param {Options} options
 * @throws {PocketrecError} "bad-argument": neither the options nor the file say
 */
function likedThreshold({ liked, info }) {
  const threshold = liked ?? info.rating.positive;
  if (threshold !== undefined) return threshold;
  const expected = "the lowest rating of an item that a user likes";
  throw new PocketrecError("bad-argument", "--liked", expected, "none, and ratings in the data");
}

/** @param {Histories | undefined} train */
function needTrain(train) {
  if (train) return train;
  const found = "a test file alone";
  throw new PocketrecError("bad-argument", "--data", "training interactions", found, {
    hint: "Pass --train FILE.",
  });
}

/** @type {MakeCases} */
async function ratingCases(paths, catalogue, options, counts) {
  const { positive, info } = options;
  const files = await readFiles(paths, options.reader, "ratings");
  const values = valuesOf(Object.values(files));
  const threshold = ratingThreshold(values, positive, info.rating);
  assertScale(values, threshold, info);
  assertPredictsRatings(values, info);
  const { all, train, test } = mapped(files, (data) =>
    catalogue.histories(data, counts, { positive: threshold }),
  );
  return pointwiseSplit({ all, train, test }, options, counts, "ratings");
}

/** @type {MakeCases} */
async function clickCases(paths, catalogue, options, counts) {
  const { positive, info } = options;
  const files = await readFiles(paths, options.reader, "labels or ratings");
  const values = valuesOf(Object.values(files));
  const threshold = clickThreshold(values, positive, info.rating.positive);
  if (readsOrder(info)) assertOrder(files, options);
  const labelled = mapped(files, (data) => {
    const histories = catalogue.histories(data, counts, { keepsRepeated: true });
    for (const events of histories.values())
      for (const event of events) event.label = Number(event.rating) >= threshold ? 1 : 0;
    return histories;
  });
  const readsRatings = info.input.values === "rating";
  if (readsRatings && options.userSource === "history") assertScale(values, undefined, info);
  const split = pointwiseSplit(labelled, options, counts, "rows");
  const clicks = (/** @type {Interaction[]} */ events) => {
    const chosen = readsRatings ? events : events.filter(({ label }) => label);
    return readsOrder(info) ? chosen : lastOfEach(chosen);
  };
  const cases = split.cases.map((one) => ({ ...one, history: clicks(one.history) }));
  counts.empty = cases.filter(({ history }) => !history.length).length;
  assertBothLabels(cases);
  const isLabel = positive === undefined && values.areLabels;
  return {
    ...split,
    cases,
    how: `${split.how}; a click is ${isLabel ? "label 1" : `a rating of ${threshold} or more`}`,
  };
}

/**
 * @param {Case[]} cases
 * @throws {PocketrecError} "bad-argument": all rows have the same label
 */
function assertBothLabels(cases) {
  const rows = cases.flatMap(({ targets }) => targets);
  const clicks = rows.filter(({ label }) => label).length;
  if (clicks && clicks < rows.length) return;
  throw new PocketrecError(
    "bad-argument",
    "--protocol clicks",
    "rows with a click and rows without",
    `${rows.length} rows, ${clicks ? "all" : "none"} with a click`,
    {
      hint:
        "--positive is the lowest rating that is a click; data of clicks alone are measured by " +
        "--protocol leave-one-out or strong.",
    },
  );
}

/**
 * Rows to predict: those of the test file, or a sample.
 *
 * @param {Data} data
 * @param {Options} options
 * @param {Counts} counts added to
 * @param {"ratings" | "rows"} what
 * @returns {Split}
 */
function pointwiseSplit({ all, train = all, test }, { testShare, seed }, counts, what) {
  if (test) {
    const histories = train ?? new Map();
    const cases = assertCases(givenRows({ train: histories, test }, counts), what);
    return {
      cases,
      train: withoutTargets(histories, cases),
      how: `the ${what} of the test file`,
    };
  }
  const histories = needTrain(train);
  const cases = assertCases(heldOutRows({ all: histories, share: testShare, seed }), what);
  const share = `${Math.round(100 * testShare)}%`;
  return {
    cases,
    train: withoutRows(histories, cases),
    how: `${share} of the ${what}, sampled; fair only if the model was not trained on them`,
  };
}

/**
 * @param {Histories} histories
 * @param {Case[]} cases
 * @returns {Histories}
 */
function withoutRows(histories, cases) {
  const targets = new Map(cases.map(({ name, targets }) => [name, new Set(targets)]));
  return new Map(
    [...histories].map(([name, events]) => [
      name,
      events.filter((event) => !targets.get(name)?.has(event)),
    ]),
  );
}
