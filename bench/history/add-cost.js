// What an add to a history costs in Node, by how many interactions there are: time, and bytes that
// are written. Builds and sizes are interleaved in one process.
import { mkdtempSync, rmSync } from "node:fs";
import fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { markdownTable } from "markdown-table";

import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { digits, median } from "../lib/statistics.js";

const HELP = `
node history/add-cost.js [DIST]... [--rounds 15] [--json FILE]

  DIST         folders with history.node.js (default ../dist): one build, or several to compare
  --rounds N   rounds of one add for each build and size (default 15)
  --json FILE  writes the times of all rounds
`;

const SIZES = [100, 10_000, 100_000];
/** The default limit would keep 10,000. */
const LIMIT = 100_000;

const { options, positionals } = readCommandLine(HELP, {
  rounds: { type: "string", default: "15" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const builds = positionals.length ? positionals : ["../dist"];

printMachine();
const folder = mkdtempSync(join(tmpdir(), "pocketrec-add-cost-"));
const written = await countWrites();
try {
  const tasks = [];
  for (const build of builds) for (const size of SIZES) tasks.push(await openTask(build, size));
  for (let round = 0; round < rounds; round++)
    for (let turn = 0; turn < tasks.length; turn++)
      await addOnce(tasks[(round + turn) % tasks.length], round);
  print(tasks);
  for (const { history } of tasks) history.close();
  const results = tasks.map(({ build, size, times, bytes }) => ({ build, size, times, bytes }));
  writeJson(options.json, { results });
} finally {
  rmSync(folder, { recursive: true });
}

/** Counts the bytes that are written to files. */
async function countWrites() {
  const counter = { bytes: 0 };
  const file = await fs.open(join(folder, "prototype"), "w");
  const prototype = Object.getPrototypeOf(file);
  await file.close();
  for (const name of ["write", "writeFile"]) {
    const original = prototype[name];
    prototype[name] = function (data, ...rest) {
      counter.bytes += data.length;
      return original.call(this, data, ...rest);
    };
  }
  return counter;
}

async function openTask(build, size) {
  const entry = pathToFileURL(resolve(build, "history.node.js")).href;
  const { openHistory } = await import(entry).catch((error) => fail(error.message));
  const name = `${builds.indexOf(build)}-${size}`;
  const history = await openHistory(name, { folder, limit: LIMIT });
  await history.add(Array.from({ length: size }, (_, item) => item));
  return { build, size, history, times: [], bytes: [] };
}

async function addOnce({ history, times, bytes }, round) {
  const before = written.bytes;
  const start = performance.now();
  await history.add({ item: `new-${round}`, rating: 4 });
  times.push(performance.now() - start);
  bytes.push(written.bytes - before);
}

function print(tasks) {
  const rows = tasks.map(({ build, size, times, bytes }) => {
    const least = tasks.find((other) => other.build === build && other.size === SIZES[0]);
    const ratio = median(times.map((time, round) => time / least.times[round]));
    return [build, size.toLocaleString("en"), digits(median(times)), digits(ratio), median(bytes)];
  });
  const header = ["build", "interactions", "median ms", "to 100", "bytes written"];
  console.log(markdownTable([header, ...rows], { align: ["l", "r", "r", "r", "r"] }));
}
