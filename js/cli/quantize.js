import { Option } from "commander";

import { compareModels } from "../convert/compare.js";
import { readModelFile } from "../convert/model-file.js";
import { sampleUsers } from "../convert/comparison-users.js";
import { quantize } from "../convert/quantize.js";
import { loadModel } from "../index.node.js";
import { withPath, readBytes, writeBytes } from "../convert/files.js";
import { paragraph, renamedOption, whole } from "./options.js";
import { bytes as size, progress, say } from "./terminal.js";

/** @param {import("commander").Command} program */
export function addQuantize(program) {
  const command = program
    .command("quantize")
    .summary("the same weights in fewer bits, and what that costs")
    .description(
      paragraph(`Writes the same weights in fewer bits, and says what that costs: how far a score moves at most, and how much of the best 10
stays, over people who are made up (vectors drawn from the trained users' mean and covariance; else histories drawn from
what the model holds popular).`),
    )
    .argument("<file>", "a weights file (docs/format.md)")
    .addOption(
      new Option("--dtype <dtype>", "i8: tables in bytes with a scale a row, layers in halves")
        .choices(["f16", "bf16", "i8", "f32"])
        .makeOptionMandatory(),
    )
    .option(
      "-o, --out <file>",
      "the file to write; without it the cost is told and nothing written",
    )
    .option("--users <count>", "how many to compare for", whole(1, 100_000), 200)
    .option("--top <count>", "how many of the best are compared", whole(1), 10)
    .option("--seed <number>", "of the draws", whole(1, 2 ** 32 - 1), 1)
    .option("--json", "for machines")
    .action(run);
  renamedOption(command, "--people", "--users");
}

/**
 * @param {string} path
 * @param {{ dtype: import("../convert/dtypes.js").Precision, out?: string, users: number, top:
 *   number, seed: number, json?: boolean }} options
 */
async function run(path, { dtype, out, users, top, seed, json }) {
  const bytes = await readBytes(path);
  const less = await withPath(path, () => quantize(bytes, dtype));
  const before = await loadModel(bytes);
  const after = await loadModel(less);
  const bar = progress("comparing", users);
  const cost = compareModels(
    before,
    after,
    sampleUsers(before, readModelFile(bytes), users, seed),
    { topK: top, onProgress: bar.to },
  );
  bar.end();
  const memory = { before: before.bytes, after: after.bytes };
  before.dispose();
  after.dispose();
  if (out) await writeBytes(out, less);
  if (json)
    return void say(
      JSON.stringify(
        { dtype, bytes: { before: bytes.length, after: less.length }, memory, cost },
        null,
        2,
      ),
    );
  say(
    `size         ${size(bytes.length)} -> ${size(less.length)}, in memory ${size(memory.before)} -> ${size(memory.after)}`,
  );
  tell(cost);
  say(out ? `written to ${out}` : "nothing written: -o FILE does");
}

/**
 * The cost in lines; of another file, too, where two are compared.
 * @param {import("../convert/compare.js").Comparison} cost
 */
export function tell({ users, topK, largest, largestRaw, spread, overlap, worst, same }) {
  const percent = (/** @type {number} */ share) => `${(100 * share).toFixed(1)}%`;
  say(
    `scores       move by at most ${largest.toPrecision(3)}; raw ones by ${largestRaw.toPrecision(3)}, where their deviation is ${spread.toPrecision(3)}`,
  );
  say(
    `best ${topK}      ${percent(overlap)} stay on average, ${percent(worst)} for whom fewest do; ${percent(same)} of ${users} users keep them all in order`,
  );
}
