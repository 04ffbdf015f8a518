import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { PocketrecError } from "../../js/common/errors.js";

/**
 * Finds the files of an evaluation: those that options name, and in a folder those with the usual
 * names.
 *
 * @typedef {object} Paths
 * @property {string} [all] interactions that are not split
 * @property {string} [train]
 * @property {string} [test]
 * @property {string} [negatives]
 * @property {string[]} [unread] files beside them that are not read
 */

const TABLE = String.raw`(csv|tsv|txt|dat|data|npz|inter|rating|jsonl?)(\.gz)?$`;
const patterns = (/** @type {string[]} */ ...texts) =>
  texts.map((text) => new RegExp(text.replace("TABLE", TABLE)));

/** File names by role; of each role the first pattern that matches counts. */
const NAMES = {
  negatives: patterns(String.raw`\.test\.negatives?$`, "^negatives?\\.(txt|tsv)(\\.gz)?$"),
  test: patterns(
    String.raw`\.test\.rating$`,
    String.raw`^test_te\.csv$`,
    String.raw`^test\.TABLE`,
    String.raw`\.test\.inter$`,
    String.raw`^u1\.test$`,
    String.raw`[._-]test\.TABLE`,
  ),
  train: patterns(
    String.raw`\.train\.rating$`,
    String.raw`^test_tr\.csv$`,
    String.raw`^train\.TABLE`,
    String.raw`\.train\.inter$`,
    String.raw`^u1\.base$`,
    String.raw`[._-]train\.TABLE`,
  ),
  all: patterns(
    String.raw`^ratings\.TABLE`,
    String.raw`^u\.data$`,
    String.raw`^(?!.*\.(train|valid|test)\.).*\.inter$`,
    String.raw`^interactions\.TABLE`,
  ),
};

/** Files that may hold interactions. */
const ANY = new RegExp(String.raw`\.${TABLE}`);

/** Files of a split for the choice of a model. */
const VALIDATION = new RegExp(String.raw`(^|[._/\\-])(val|valid|validation|dev)\.${TABLE}`);

/**
 * Whether a file is of a split for the choice of a model: neither trained on nor tested.
 * @param {string} path
 */
export const isValidation = (path) => VALIDATION.test(path);

const EXPECTED =
  "ratings.csv, ratings.dat, u.data, NAME.inter, train.csv and test.csv, or NAME.train.rating " +
  "and NAME.test.rating";

/**
 * @param {object} options of the command line
 * @param {string} options.protocol
 * @param {string} [options.data] a file, which is taken as unsplit interactions, or a folder
 * @param {string} [options.train]
 * @param {string} [options.test]
 * @param {string} [options.negatives]
 * @returns {Promise<Paths>}
 * @throws {PocketrecError} "bad-argument"
 */
export async function findPaths({ data, train, test, negatives, protocol }) {
  if (data === undefined && !train && !test && !negatives)
    throw new PocketrecError("bad-argument", "--data", "a file or a folder", "none", {
      hint: "Pass --data, or --train and --test.",
    });
  const found = data === undefined ? {} : await findFiles(data);
  // One unsplit file and a test file: the unsplit file is the training data.
  const alone = test && !found.train && found.all ? { train: found.all } : {};
  /** @type {Paths} */
  const paths = { ...found, ...alone };
  if (train !== undefined) paths.train = train;
  if (test !== undefined) paths.test = test;
  if (negatives !== undefined) paths.negatives = negatives;
  if (protocol !== "leave-one-out") delete paths.negatives;
  const read = [paths.train, paths.test, paths.negatives];
  const isUnread = paths.all && paths.train && paths.test && !read.includes(paths.all);
  const others = [...(paths.unread ?? []), ...(isUnread && paths.all ? [paths.all] : [])];
  const unread = [...new Set(others)].filter((name) => !read.includes(name));
  return { ...paths, unread };
}

/**
 * @param {string} path
 * @returns {Promise<Paths>}
 */
async function findFiles(path) {
  if (!(await isFolder(path))) return { all: path };
  const names = (await readdir(path)).sort();
  /** @type {Paths} */
  const paths = {};
  for (const role of /** @type {(keyof typeof NAMES)[]} */ (Object.keys(NAMES))) {
    const name = findName(path, names, role);
    if (name !== undefined) paths[role] = join(path, name);
  }
  const taken = new Set(Object.values(paths));
  const unread = names.map((name) => join(path, name)).filter((name) => !taken.has(name));
  if (taken.size) return { ...paths, unread: unread.filter((name) => ANY.test(name)) };
  const found = names.slice(0, 8).join(", ") || "an empty folder";
  throw new PocketrecError("bad-argument", path, EXPECTED, found, {
    hint: "Name the files: --data FILE, or --train FILE and --test FILE.",
  });
}

/** @param {string} path */
async function isFolder(path) {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    const expected = "a file or a folder with interactions";
    throw new PocketrecError("bad-argument", path, expected, "none", { cause });
  }
}

/**
 * @param {string} folder
 * @param {string[]} names of its files
 * @param {keyof typeof NAMES} role
 */
function findName(folder, names, role) {
  const matches =
    NAMES[role]
      .map((pattern) => names.filter((name) => pattern.test(name)))
      .find((matches) => matches.length) ?? [];
  if (matches.length <= 1) return matches[0];
  const expected = `one file of ${role === "all" ? "interactions" : role}`;
  throw new PocketrecError("bad-argument", folder, expected, matches.join(", "), {
    hint: "Choose one with --data FILE, --train, --test or --negatives.",
  });
}
