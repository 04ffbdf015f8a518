import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { PocketrecError } from "../common/errors.js";

/**
 * Finds the files of an evaluation in a folder, by their usual names.
 *
 * @typedef {object} Paths
 * @property {string} [all] interactions that are not split
 * @property {string} [train]
 * @property {string} [test]
 * @property {string} [negatives]
 */

/** File names by role; of each role the first pattern that matches counts. */
const NAMES = /** @type {const} */ ({
  negatives: [/\.test\.negatives?$/],
  test: [
    /\.test\.rating$/,
    /^test_te\.csv$/,
    /^test\.(csv|tsv|txt|npz|inter)$/,
    /\.test\.inter$/,
    /^u1\.test$/,
    /[._-]test\.(csv|tsv|npz)$/,
  ],
  train: [
    /\.train\.rating$/,
    /^test_tr\.csv$/,
    /^train\.(csv|tsv|txt|npz|inter)$/,
    /\.train\.inter$/,
    /^u1\.base$/,
    /[._-]train\.(csv|tsv|npz)$/,
  ],
  all: [
    /^ratings\.(csv|dat|tsv|npz)$/,
    /^u\.data$/,
    /^(?!.*\.(train|valid|test)\.).*\.inter$/,
    /^interactions\.(csv|tsv|npz)$/,
  ],
});

const EXPECTED =
  "ratings.csv, ratings.dat, u.data, NAME.inter, or NAME.train.rating and NAME.test.rating";

/**
 * @param {string} path a file, which is taken as unsplit interactions, or a folder
 * @returns {Promise<Paths>}
 * @throws {PocketrecError} "bad-argument"
 */
export async function findFiles(path) {
  if (!(await isFolder(path))) return { all: path };
  const names = (await readdir(path)).sort();
  /** @type {Paths} */
  const paths = {};
  for (const role of /** @type {(keyof typeof NAMES)[]} */ (Object.keys(NAMES))) {
    const name = findName(path, names, role);
    if (name !== undefined) paths[role] = join(path, name);
  }
  if (paths.all || paths.train || paths.test) return paths;
  const found = names.slice(0, 8).join(", ") || "an empty folder";
  throw new PocketrecError("bad-argument", path, EXPECTED, found);
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
