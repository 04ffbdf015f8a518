// How long somebody new waits: a user's vector fitted on the device to a history of 165 among 3,706
// items.
import { markdownTable } from "markdown-table";
import { fail, printMachine, readCommandLine, wholeNumber, writeJson } from "./command-line.js";
import { importPocketrec } from "./peers/pocketrec.js";
import { normal, uniform } from "../tests/lib/random.js";
import { enableRelaxedSimd } from "../tests/lib/relaxed-simd.js";
import { digits, median } from "./statistics.js";
import { userStatistics } from "./user-statistics.js";
import { EMBEDDING_DEVIATION, pocketrecFile, randomModel } from "./weights.js";
import { MODELS } from "./workloads.js";

const HELP = `
node fold-in.js [--repeats 20] [--json FILE]

  --repeats N   fits a row of the table (default 20)
  --json FILE   writes every fit's time
`;

const HISTORY = 165;
const STEPS = 100;
const WARM_UP = 3;
// A GMF of this spread takes Newton's method 7 steps, as trained ones do (4 to 8); the narrow
// random one takes 2.
const ITEM_DEVIATION = 1;
const TASTE_DEVIATION = 1.5;
const BIAS = -4;
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
      results.push({ name, simd, times: await timeFits(model, simd) });
  }
}
const body = results.map(({ name, simd, times }) => [
  name,
  simd,
  digits(median(times)),
  `${digits(Math.min(...times))} to ${digits(Math.max(...times))}`,
]);
console.log(
  markdownTable([["", "module", "median ms", "range"], ...body], { align: ["l", "l", "r", "r"] }),
);
writeJson(options.json, { history: HISTORY, items: MODELS.gmf8.items, steps: STEPS, results });

async function timeFits(modelName, simd) {
  const tensors = trainedLike(randomModel(MODELS[modelName]));
  const file = pocketrecFile(tensors, {
    extra: userStatistics(tensors),
    metadata: { fold_in: { steps: STEPS } },
  });
  const model = await loadModel(file, { simd });
  const history = plausibleHistory(tensors);
  const times = [];
  for (let fit = -WARM_UP; fit < repeats; fit++) {
    const start = performance.now();
    model.user({ history, seed: fit + WARM_UP + 1 });
    if (fit >= 0) times.push(performance.now() - start);
  }
  model.dispose();
  return times;
}

/** Spreads the GMF half out to logits of the size that training leaves. */
function trainedLike(tensors) {
  const {
    "gmf.user": user,
    "gmf.item": item,
    "output.weight": output,
    "output.bias": bias,
  } = tensors;
  const stretched = ({ shape, data }, deviation) => {
    const factor = deviation / EMBEDDING_DEVIATION;
    return { shape, data: data.map((value) => factor * value) };
  };
  const gmfWidth = item.shape[1];
  return {
    ...tensors,
    "gmf.user": stretched(user, TASTE_DEVIATION),
    "gmf.item": stretched(item, ITEM_DEVIATION),
    "output.weight": {
      ...output,
      data: output.data.map((value, k) => (k < gmfWidth ? Math.sign(value) : value)),
    },
    "output.bias": { ...bias, data: Float32Array.of(BIAS) },
  };
}

/**
 * Items that belong together, so that the fit has a taste to find: what one made-up person would
 * choose.
 */
function plausibleHistory(tensors) {
  const {
    data,
    shape: [items, width],
  } = tensors["gmf.item"];
  const nextNormal = normal(7);
  const nextUniform = uniform(8);
  const taste = Array.from(
    { length: width },
    (_, k) => TASTE_DEVIATION * nextNormal() * tensors["output.weight"].data[k],
  );
  const utilities = Array.from({ length: items }, (_, item) => {
    const liking = taste.reduce((sum, value, k) => sum + value * data[item * width + k], 0);
    const gumbel = -Math.log(-Math.log(nextUniform() || Number.MIN_VALUE));
    return { item, utility: liking + gumbel };
  });
  return utilities
    .sort((a, b) => b.utility - a.utility)
    .slice(0, HISTORY)
    .map(({ item }) => item);
}
