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
import { foldInCase } from "../models/new-user.js";
import { ITEMS, MODELS } from "../models/sizes.js";

const HELP = `
node users/fold-in.js [--repeats 20] [--json FILE]

  --repeats N   fits per row of the table (default 20)
  --json FILE   writes the times of all fits
`;

const HISTORY = 165;
const STEPS = 100;
const WARM_UP = 3;
const CASES = [
  { name: "GMF 8, Newton", model: "gmf8" },
  { name: `NeuMF 8, ${STEPS} steps`, model: "neumf8" },
];
const SIMD = ["simd128", "relaxed"];

const { options } = readCommandLine(HELP, { repeats: { type: "string", default: "20" } });
const repeats = wholeNumber(options.repeats, "repeats");
const relaxedSimd = enableRelaxedSimd();
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));

printMachine();
const results = [];
for (const { name, model } of CASES) {
  for (const simd of SIMD) {
    if (simd === "simd128" || relaxedSimd)
      results.push({ name, simd, times: await timeFits(MODELS[model], simd) });
  }
}
const body = results.map(({ name, simd, times }) => [
  name,
  simd,
  digits(median(times)),
  `${digits(Math.min(...times))} to ${digits(Math.max(...times))}`,
]);
const header = ["", "module", "median ms", "range"];
console.log(markdownTable([header, ...body], { align: ["l", "l", "r", "r"] }));
writeJson(options.json, { history: HISTORY, items: ITEMS, steps: STEPS, results });

async function timeFits(sizes, simd) {
  const { file, history } = foldInCase(sizes, { steps: STEPS, length: HISTORY });
  const model = await loadModel(file, { simd });
  const times = [];
  for (let fit = -WARM_UP; fit < repeats; fit++) {
    const start = performance.now();
    model.user({ history, seed: fit + WARM_UP + 1 });
    if (fit >= 0) times.push(performance.now() - start);
  }
  model.dispose();
  return times;
}
