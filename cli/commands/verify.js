import { assumptionLines } from "../convert/assumptions.js";
import { compareModels } from "../convert/compare.js";
import { sampleUsers } from "../convert/comparison-users.js";
import { withPath, readBytes } from "../convert/files.js";
import { readModelFile } from "../convert/model-file.js";
import { PocketrecError } from "../../js/common/errors.js";
import { loadModel } from "../convert/load-model.js";
import { loadVerified } from "../convert/verify.js";
import { printComparison } from "./comparison.js";
import { number, paragraph, renamedOption, RENAMED_USERS, whole } from "./options.js";
import { progress, say } from "./terminal.js";

const TEXTS = {
  description: paragraph(`Scores a file's check vectors again and compares with their expected
    scores, which the training framework or the equations gave. With --against, compares two files
    for the same synthetic users. Exit code 1: they differ.`),
  tolerance: "with --against: allowed difference of a score, relative to max(1, |score|)",
};

/** @param {import("commander").Command} program */
export function addVerify(program) {
  const command = program
    .command("verify")
    .summary("check that a file computes its expected scores, or those of another file")
    .description(TEXTS.description)
    .argument("<file>", "a weights file (docs/format.md)")
    .option("--against <file>", "another weights file of the same items")
    .option("--tolerance <number>", TEXTS.tolerance, number(0, Infinity), 1e-4)
    .option("--users <count>", "with --against: number of users", whole(1, 100_000), 200)
    .option("--seed <number>", "seed of the pseudo-random generator", whole(1, 2 ** 32 - 1), 1)
    .action(run);
  renamedOption(command, RENAMED_USERS);
}

/**
 * @param {string} path
 * @param {{ against?: string, tolerance: number, users: number, seed: number }} options
 */
async function run(path, { against, ...options }) {
  const bytes = await readBytes(path);
  const load = against === undefined ? loadVerified : loadModel;
  const model = await withPath(path, () => load(bytes));
  if (against !== undefined) return compareWith(against, { path, bytes, model }, options);
  const { check = [] } = model.info;
  const scores = check.reduce((sum, { items }) => sum + items.length, 0);
  say(`${path}: ${check.length} check vectors, ${scores} scores, all as expected`);
  for (const line of assumptionLines(model.info)) say(line);
}

/**
 * @import { Model } from "../../js/model/model.js"
 *
 * @param {string} against path
 * @param {{ path: string, bytes: Uint8Array, model: Model }} first
 * @param {{ tolerance: number, users: number, seed: number }} options
 */
async function compareWith(against, { path, bytes, model }, { tolerance, users, seed }) {
  const second = await readBytes(against);
  const other = await withPath(against, () => loadModel(second));
  const bar = progress("comparing", users);
  const sample = sampleUsers(model, readModelFile(bytes), users, seed);
  const comparison = compareModels(model, other, sample, { onProgress: bar.to, tolerance });
  bar.end();
  printComparison(comparison);
  const { beyond, scores } = comparison;
  if (beyond === 0) return void say(`equal within ${tolerance}`);
  throw new PocketrecError(
    "verify-failed",
    against,
    `scores within ${tolerance} of those of ${path}`,
    `${beyond} of ${scores} beyond`,
  );
}
