import { withPath, readBytes, writeBytes } from "../convert/files.js";
import { quantize } from "../convert/quantize.js";
import { costOf, PRUNE, printComparison } from "./comparison.js";
import { choice, paragraph, renamedOption, RENAMED_USERS, whole } from "./options.js";
import { bytes as size, say, sayJson } from "./terminal.js";

const TEXTS = {
  description: paragraph(`Writes the same weights in fewer bits and reports the cost: the largest
    change of a score, and the share of the best 10 items that stays, over synthetic users. Their
    vectors are sampled from the trained users' mean and covariance; where the file has none, their
    histories are sampled from the model's popular items.`),
  dtype: "i8 stores tables in int8 with a scale per row, and layers in f16",
  out: "the file to write; without it only the cost is reported",
};

/** @param {import("commander").Command} program */
export function addQuantize(program) {
  const command = program
    .command("quantize")
    .summary("write the same weights in fewer bits, and report the cost")
    .description(TEXTS.description)
    .argument("<file>", "a weights file (docs/format.md)")
    .addOption(
      choice("--dtype <dtype>", TEXTS.dtype, ["f16", "bf16", "i8", "f32"]).makeOptionMandatory(),
    )
    .option("--prune <count>", PRUNE, whole(1))
    .option("-o, --out <file>", TEXTS.out)
    .option("--users <count>", "number of users to compare for", whole(1, 100_000), 200)
    .option("--top <count>", "number of best items to compare", whole(1), 10)
    .option("--seed <number>", "seed of the pseudo-random generator", whole(1, 2 ** 32 - 1), 1)
    .option("--json", "print JSON")
    .action(run);
  renamedOption(command, RENAMED_USERS);
}

/**
 * @typedef {object} Options
 * @property {import("../convert/dtypes.js").Precision} dtype
 * @property {number} [prune]
 * @property {string} [out]
 * @property {number} users
 * @property {number} top
 * @property {number} seed
 * @property {boolean} [json]
 *
 * @param {string} path
 * @param {Options} options
 */
async function run(path, { dtype, prune, out, users, top, seed, json }) {
  const bytes = await readBytes(path);
  const quantized = await withPath(path, () => quantize(bytes, dtype, prune));
  const { cost, memory } = await costOf(bytes, quantized, { users, top, seed });
  if (out) await writeBytes(out, quantized);
  const lengths = { before: bytes.length, after: quantized.length };
  if (json) return void sayJson({ dtype, bytes: lengths, memory, cost });
  const change = (/** @type {{ before: number, after: number }} */ { before, after }) =>
    `${size(before)} -> ${size(after)}`;
  say(`size         ${change(lengths)}, in memory ${change(memory)}`);
  printComparison(cost);
  say(out ? `written to ${out}` : "nothing written: pass -o FILE to write the result");
}
