#!/usr/bin/env node
/**
 * `npx pocketrec-cli`: converts models of other frameworks to weights files; inspects, checks and
 * measures weights files; trains EASE and ItemKNN.
 *
 * Exit codes: 0 success; 1 the check failed (a check vector differs); 2 a file or an argument is
 * wrong.
 */
import { Command, CommanderError } from "commander";

import { addConvert } from "./commands/convert.js";
import { addEvaluate } from "./commands/evaluate.js";
import { addInspect } from "./commands/inspect.js";
import { addManifest } from "./commands/manifest.js";
import { addPack } from "./commands/pack.js";
import { addQuantize } from "./commands/quantize.js";
import { addRank } from "./commands/rank.js";
import { explain, note } from "./commands/terminal.js";
import { addTrain } from "./commands/train.js";
import { addVerify } from "./commands/verify.js";

const COMMANDS = [
  ...[addConvert, addInspect, addQuantize, addVerify],
  ...[addRank, addEvaluate, addPack, addManifest, addTrain],
];

/** Help is at most this wide. */
const COLUMNS_MAX = 100;

const program = new Command("pocketrec-cli")
  .description(
    "Converts recommender models to weights files; inspects, checks and measures them; trains two.",
  )
  .version(VERSION, "-v, --version")
  .showHelpAfterError("Run it with --help for the options.")
  .configureHelp({
    showGlobalOptions: false,
    helpWidth: Math.min(process.stdout.columns ?? 80, COLUMNS_MAX),
  })
  .configureOutput({ outputError: (text) => note(text.trimEnd().split("\n")) })
  .addHelpText(
    "after",
    "\nExit codes: 0 success; 1 the check failed; 2 a file or an argument is wrong.",
  );

for (const add of COMMANDS) add(program);
for (const command of [program, ...program.commands]) command.exitOverride();

// A reader such as head may close the stream early.
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) =>
    process.exit(/** @type {NodeJS.ErrnoException} */ (error).code === "EPIPE" ? 0 : 2),
  );
}

try {
  await program.parseAsync();
} catch (error) {
  // Commander has printed its message; help and version are no errors.
  process.exitCode = error instanceof CommanderError ? (error.exitCode ? 2 : 0) : explain(error);
}
