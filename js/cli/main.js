#!/usr/bin/env node
/**
 * `npx pocketrec`: models from elsewhere become weights files, and weights files are looked into,
 * checked and measured.
 *
 * Exit codes: 0 done, 1 done and the answer is no (a check vector differs), 2 a file or an argument
 * is wrong.
 */
import { Command, CommanderError } from "commander";

import { addConvert } from "./convert.js";
import { addEvaluate } from "./evaluate.js";
import { addInspect } from "./inspect.js";
import { addManifest } from "./manifest.js";
import { addQuantize } from "./quantize.js";
import { addRank } from "./rank.js";
import { explain } from "./terminal.js";
import { addVerify } from "./verify.js";

const program = new Command("pocketrec")
  .description(
    "Models from elsewhere become weights files for pocketrec; weights files are inspected, checked and measured.",
  )
  .version(VERSION, "-v, --version")
  .showHelpAfterError("Run it with --help for the options.")
  .configureHelp({ showGlobalOptions: false })
  .addHelpText(
    "after",
    "\nExit codes: 0 done; 1 done, and the answer is no; 2 a file or an argument is wrong.",
  );

for (const add of [
  addConvert,
  addInspect,
  addQuantize,
  addVerify,
  addRank,
  addEvaluate,
  addManifest,
])
  add(program);
for (const command of [program, ...program.commands]) command.exitOverride();

// Whoever reads may have read enough (head, less).
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error) =>
    process.exit(/** @type {NodeJS.ErrnoException} */ (error).code === "EPIPE" ? 0 : 2),
  );
}

try {
  await program.parseAsync();
} catch (error) {
  // Commander has said what is wrong; help and version are no error.
  process.exitCode = error instanceof CommanderError ? (error.exitCode ? 2 : 0) : explain(error);
}
