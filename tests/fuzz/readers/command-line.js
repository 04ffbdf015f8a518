// The command line: any words end in a result, in commander's usage error, or in one line.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { Command, CommanderError } from "commander";

import { addConvert } from "../../../cli/commands/convert.js";
import { addEvaluate } from "../../../cli/commands/evaluate.js";
import { addInspect } from "../../../cli/commands/inspect.js";
import { addManifest } from "../../../cli/commands/manifest.js";
import { addQuantize } from "../../../cli/commands/quantize.js";
import { addRank } from "../../../cli/commands/rank.js";
import { addVerify } from "../../../cli/commands/verify.js";
import { safetensorsSeeds } from "./checkpoint-seeds.js";
import { bytesOf, mustHold, textOf } from "./reader.js";
import { weights } from "./weights.js";

let folder;

const CALLS = [
  ["inspect", "gmf"],
  ["inspect", "neumf", "--json"],
  ["verify", "gmf"],
  ["verify", "encoder"],
  ["rank", "gmf", "--history", "1,2,3", "--top", "5"],
  ["rank", "neumf", "--user", "1", "--json", "--raw"],
  ["rank", "encoder", "--history", "1:5,2:3", "--explain", "--candidates", "4,5,6"],
  ["rank", "candidates", "--history", "1,2", "--features", '{"age":1}'],
  ["quantize", "encoder", "-o", "out", "--dtype", "i8"],
  ["convert", "foreign", "-o", "out"],
  ["convert", "foreign", "-o", "out", "--kind", "neumf", "--rating", "1:5:4"],
  ["evaluate", "gmf", "--data", "ratings", "--protocol", "leave-one-out", "--at", "5"],
  ["evaluate", "encoder", "--train", "ratings", "--test", "ratings"],
  ["manifest", "gmf", "--name", "films"],
];
const WORDS = [
  ...["", "-", "--", "-x", "--help", "-o", "--top", "0", "-1", "1e9", "2147483648", "NaN", "1:5"],
  ...["5:1", "1:1:1", "gmf", "neumf", "empty", "text", "ratings", "missing", "{", "[]", "null"],
  ...['"', "1,,2", "a:b:c", "\u202e\n", "__proto__", "--json", "--raw", "--explain", "i8", "f16"],
  ...["9".repeat(400), "--history=", "--user=1", "--protocol", "rating", "clicks", "--expect"],
];
/** What a terminal obeys: control characters and those that turn the direction of text. */
const ACTS = /\p{Cc}|[\u202a-\u202e\u2066-\u2069]/u;
const isAnyWord = /^[^/\\]*$/;

/** @type {import("./reader.js").Reader} */
export const commandLine = {
  async seeds() {
    folder ??= mkdtempSync(join(tmpdir(), "pocketrec-fuzz-"));
    process.chdir(folder);
    const files = await weights.seeds();
    const named = { gmf: 0, neumf: 1, encoder: 5, candidates: 12 };
    for (const [name, at] of Object.entries(named)) writeFileSync(name, files[at]);
    writeFileSync("foreign", safetensorsSeeds()[0]);
    writeFileSync("empty", "");
    writeFileSync("text", "hello\n");
    const line = (_, i) => `${i % 5},${(i * 7) % 20},${1 + (i % 5)},${1.5e9 + i}`;
    writeFileSync(
      "ratings",
      `user,item,rating,time\n${Array.from({ length: 40 }, line).join("\n")}\n`,
    );
    return CALLS.map((words) => bytesOf(JSON.stringify(words)));
  },
  mutate(seed, draws, other) {
    const words = JSON.parse(textOf(seed));
    for (let count = 1 + draws.below(3); count > 0; count--) {
      const at = draws.below(words.length + 1);
      const change = draws.below(5);
      if (change === 0) words.splice(at, 1);
      else if (change === 1) words.splice(at, 0, draws.pick(WORDS));
      else if (change === 2) words[at] = draws.pick(WORDS);
      else if (change === 3) words.splice(at, 0, draws.pick(JSON.parse(textOf(other))));
      else words[at] = (words[at] ?? "").slice(0, draws.below(6)) + draws.pick(WORDS);
    }
    return bytesOf(JSON.stringify(words.filter((word) => isAnyWord.test(word)).slice(0, 20)));
  },
  async read(bytes) {
    const words = JSON.parse(textOf(bytes));
    const { error, printed } = await run(words);
    if (!error || error instanceof CommanderError) return;
    mustHold(error.name === "PocketrecError", `a raw error: ${error.stack}`);
    mustHold(!ACTS.test(printed.replaceAll("\n", "")), "a name that acts on the terminal");
    throw error;
  },
  end: () => folder && (process.chdir(tmpdir()), rmSync(folder, { recursive: true, force: true })),
};

/** Runs a command with its output kept. @param {string[]} words */
async function run(words) {
  let printed = "";
  const program = new Command("pocketrec").configureOutput({
    writeOut: (text) => (printed += text),
    writeErr: (text) => (printed += text),
  });
  for (const add of [addConvert, addInspect, addQuantize, addVerify]) add(program);
  for (const add of [addRank, addEvaluate, addManifest]) add(program);
  for (const command of [program, ...program.commands])
    command.exitOverride().configureOutput(program.configureOutput());
  const kept = [process.stdout.write, process.stderr.write];
  process.stdout.write = process.stderr.write = (text) => ((printed += text), true);
  try {
    await program.parseAsync(words, { from: "user" });
    return { printed };
  } catch (error) {
    return { error, printed };
  } finally {
    [process.stdout.write, process.stderr.write] = kept;
  }
}
