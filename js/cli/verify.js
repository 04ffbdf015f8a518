import { compareModels } from "../convert/compare.js";
import { readModelFile } from "../convert/model-file.js";
import { sampleUsers } from "../convert/comparison-users.js";
import { PocketrecError } from "../common/errors.js";
import { loadModel } from "../index.node.js";
import { withPath, readBytes } from "../convert/files.js";
import { number, paragraph, renamedOption, whole } from "./options.js";
import { tell } from "./quantize.js";
import { progress, say } from "./terminal.js";

/** @param {import("commander").Command} program */
export function addVerify(program) {
  const command = program
    .command("verify")
    .summary("whether a file computes what it says, or what another one does")
    .description(
      paragraph(`Scores a file's check vectors again: what the training framework, or the equations, gave for them. With --against, two
files are asked for the same people who are made up. Exit code 1: they differ.`),
    )
    .argument("<file>", "a weights file (docs/format.md)")
    .option("--against <file>", "another weights file of the same items")
    .option(
      "--tolerance <number>",
      "with --against: by how much scores may differ, relative to the larger of 1 and the score",
      number(0, Infinity),
      1e-4,
    )
    .option("--users <count>", "with --against: how many to compare for", whole(1, 100_000), 200)
    .option("--seed <number>", "of the draws", whole(1, 2 ** 32 - 1), 1)
    .action(run);
  renamedOption(command, "--people", "--users");
}

/**
 * @param {string} path
 * @param {{ against?: string, tolerance: number, users: number, seed: number }} options
 */
async function run(path, { against, tolerance, users, seed }) {
  const bytes = await readBytes(path);
  const one = await withPath(path, () => loadModel(bytes, { verify: against === undefined }));
  if (against === undefined) {
    const { check = [] } = one.info;
    return void say(
      `${path}: ${check.length} check vectors, ${check.reduce((sum, { items }) => sum + items.length, 0)} scores, all as they should be`,
    );
  }
  const second = await readBytes(against);
  const other = await withPath(against, () => loadModel(second));
  const bar = progress("comparing", users);
  const cost = compareModels(one, other, sampleUsers(one, readModelFile(bytes), users, seed), {
    onProgress: bar.to,
    tolerance,
  });
  bar.end();
  tell(cost);
  if (cost.beyond === 0) return void say(`the same, within ${tolerance}`);
  throw new PocketrecError(
    "verify-failed",
    against,
    `scores within ${tolerance} of those of ${path}`,
    `${cost.beyond} of ${cost.scores} beyond`,
  );
}
