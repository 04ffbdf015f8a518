// Milliseconds to fit a new user's vector on the device: a history of 165 among 3,706 items.
import { markdownTable } from "markdown-table";
import { enableRelaxedSimd } from "../../tests/lib/relaxed-simd.js";
import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { importPocketrec } from "../lib/package.js";
import { digits, median } from "../lib/statistics.js";
import { interleave } from "../lib/timing.js";
import { ridgeCase } from "../models/dot.js";
import { foldInCase } from "../models/new-user.js";
import { ITEMS, MODELS } from "../models/sizes.js";

const HELP = `
node users/fold-in.js [--rounds 20] [--json FILE]

  --rounds N    rounds of one batch per row of the table (default 20)
  --json FILE   writes the times of all rounds
`;

const HISTORY = 165;
const STEPS = 100;
const BATCH_MS = 8;
const fitted = (sizes) => () => foldInCase(sizes, { steps: STEPS, length: HISTORY });
const BASE = `NeuMF 8, ${STEPS} steps`;
const CASES = {
  "GMF 8, Newton": fitted(MODELS.gmf8),
  [BASE]: fitted(MODELS.neumf8),
  "iALS 64, ridge": () => ridgeCase(HISTORY),
};

const { options } = readCommandLine(HELP, { rounds: { type: "string", default: "20" } });
const rounds = wholeNumber(options.rounds, "rounds");
const modules = enableRelaxedSimd() ? ["simd128", "relaxed"] : ["simd128"];
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));

printMachine();
const tasks = [];
for (const [name, create] of Object.entries(CASES))
  for (const simd of modules) tasks.push(await taskOf(name, create(), simd));
const times = await interleave(tasks, { rounds, batchMs: BATCH_MS });
const body = tasks.map(({ name, title, simd }) => [
  title,
  simd,
  digits(median(times[name])),
  `${digits(Math.min(...times[name]))} to ${digits(Math.max(...times[name]))}`,
  digits(ratioOf(times[name], times[`${BASE}, ${simd}`])),
]);
const header = ["", "module", "median ms", "range", "times NeuMF 8"];
console.log(markdownTable([header, ...body], { align: ["l", "l", "r", "r", "r"] }));
writeJson(options.json, { history: HISTORY, items: ITEMS, steps: STEPS, batchMs: BATCH_MS, times });

async function taskOf(title, { file, history }, simd) {
  const model = await loadModel(file, { simd });
  let seed = 0;
  return {
    name: `${title}, ${simd}`,
    title,
    simd,
    call: () => model.user({ history, seed: (seed += 1) }),
  };
}

/** The median over the rounds. */
function ratioOf(some, base) {
  return median(some.map((time, round) => time / base[round]));
}
