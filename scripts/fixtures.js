// `npm run fixtures`: packs both packages, installs them in a copy of each target of
// tests/targets/, builds and runs it as its user would, and compares its lists with the package's
// own. How a target is written: tests/targets/README.md.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import { packPackages } from "./fixtures/install.js";
import { runTarget } from "./fixtures/run-target.js";
import { GROUPS, findTargets } from "./fixtures/targets.js";

const HELP = `npm run fixtures -- [NAME...] [OPTIONS]

NAME          a target, such as vite-8 or bundlers/vite-8; without one: all
--group NAME  the targets of a group: ${GROUPS.join(", ")}
--quick       the quick choice, which npm test runs
--jobs N      how many run at the same time (default 1)
--keep        leaves the folders in which the targets ran, and prints where they are
--json FILE   writes the table as JSON, too
--list        prints the targets and runs none
`;

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
// Ctrl-C ends the targets' processes, too: they are groups of their own.
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => process.exit(130));
process.exitCode = await main();

/** @returns {Promise<number>} the exit code */
async function main() {
  const { values, positionals } = readWords();
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const targets = choose(await findTargets(), positionals, values);
  if (values.list) {
    for (const { id, title, isQuick } of targets)
      console.log(`${id.padEnd(34)} ${isQuick ? "quick " : "      "} ${title}`);
    return 0;
  }
  if (!targets.length) return refuse("no target is in that choice");
  const packages = packPackages();
  const results = await inTurns(targets, Number(values.jobs), async (target) => {
    console.log(`running ${target.id}: ${target.title}`);
    const result = await runTarget(target, packages, { keep: values.keep });
    console.log(lineOf(result));
    if (result.error) console.error(`${target.id}: ${result.error}`);
    return result;
  });
  if (results.length > 1) console.log(`\n${results.map(lineOf).join("\n")}`);
  if (values.json) writeFileSync(values.json, `${JSON.stringify(results, null, 2)}\n`);
  return results.some(({ outcome }) => outcome === "FAILED") ? 1 : 0;
}

function readWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        group: { type: "string" },
        quick: { type: "boolean" },
        jobs: { type: "string", default: "1" },
        keep: { type: "boolean" },
        json: { type: "string" },
        list: { type: "boolean" },
        help: { type: "boolean", short: "h" },
      },
    });
  } catch (error) {
    return process.exit(refuse(/** @type {Error} */ (error).message));
  }
}

/** The targets of a choice; exits where a word names none. */
function choose(targets, names, { group, quick, jobs }) {
  if (group && !GROUPS.includes(group)) process.exit(refuse(`unknown group: ${group}`));
  if (!(Number(jobs) >= 1)) process.exit(refuse(`--jobs takes a number from 1, not ${jobs}`));
  const isNamed = ({ id, name }, wanted) => wanted === id || wanted === name;
  const unknown = names.filter((wanted) => !targets.some((target) => isNamed(target, wanted)));
  if (unknown.length) process.exit(refuse(`unknown: ${unknown.join(", ")}`));
  return targets
    .filter((target) => !names.length || names.some((wanted) => isNamed(target, wanted)))
    .filter((target) => !group || target.group === group)
    .filter((target) => !quick || target.isQuick);
}

/** Runs a task for each value, `count` at the same time: the results in the values' order. */
async function inTurns(values, count, task) {
  const results = [];
  const left = values.entries();
  const worker = async () => {
    for (const [index, value] of left) results[index] = await task(value);
  };
  await Promise.all(Array.from({ length: count }, worker));
  return results;
}

function lineOf({ outcome, target, title, seconds, why }) {
  const first = `${outcome.padEnd(8)} ${target.padEnd(32)} ${seconds.toFixed(1).padStart(6)} s`;
  return `${first}  ${title}${why ? `: ${why}` : ""}`;
}

function refuse(why) {
  console.error(`npm run fixtures: ${why} (--list shows the targets, --help the options)`);
  return 2;
}
