import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";

import { PocketrecError } from "../common/errors.js";

/**
 * Which files of a folder are what, by the names that people give them. A file by itself is
 * everything there is.
 *
 * @typedef {object} Paths
 * @property {string} [all] interactions that nobody has divided
 * @property {string} [train]
 * @property {string} [test]
 * @property {string} [negatives]
 */

/** By what, in order of preference. @type {[keyof Paths, RegExp[]][]} */
const NAMES = [
  ["negatives", [/\.test\.negatives?$/]],
  [
    "test",
    [
      /\.test\.rating$/,
      /^test_te\.csv$/,
      /^test\.(csv|tsv|txt|npz|inter)$/,
      /\.test\.inter$/,
      /^u1\.test$/,
      /[._-]test\.(csv|tsv|npz)$/,
    ],
  ],
  [
    "train",
    [
      /\.train\.rating$/,
      /^test_tr\.csv$/,
      /^train\.(csv|tsv|txt|npz|inter)$/,
      /\.train\.inter$/,
      /^u1\.base$/,
      /[._-]train\.(csv|tsv|npz)$/,
    ],
  ],
  [
    "all",
    [
      /^ratings\.(csv|dat|tsv|npz)$/,
      /^u\.data$/,
      /^(?!.*\.(train|valid|test)\.).*\.inter$/,
      /^interactions\.(csv|tsv|npz)$/,
    ],
  ],
];

/**
 * @param {string} path a file or a folder
 * @returns {Promise<Paths>}
 */
export async function findFiles(path) {
  let found;
  try {
    found = await stat(path);
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "a file or a folder with interactions", "none", {
      cause,
    });
  }
  if (!found.isDirectory()) return { all: path };
  const names = (await readdir(path)).sort();
  /** @type {Paths} */
  const paths = {};
  for (const [role, patterns] of NAMES) {
    const matches =
      patterns
        .map((pattern) => names.filter((name) => pattern.test(name)))
        .find((matches) => matches.length) ?? [];
    if (matches.length > 1) {
      throw new PocketrecError(
        "bad-argument",
        path,
        `one file of ${role === "all" ? "interactions" : role}`,
        matches.join(", "),
        {
          hint: "Say which with --data FILE, --train, --test and --negatives.",
        },
      );
    }
    if (matches.length) paths[role] = join(path, matches[0]);
  }
  if (paths.all || paths.train || paths.test) return paths;
  throw new PocketrecError(
    "bad-argument",
    path,
    "ratings.csv, ratings.dat, u.data, NAME.inter, or NAME.train.rating and NAME.test.rating",
    names.slice(0, 8).join(", ") || "an empty folder",
  );
}
