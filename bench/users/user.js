// Cost of a user with a history of 200: creation (of a list, of typed arrays), one change, scores,
// explanations.
import { markdownTable } from "markdown-table";
import { randomAutoencoder, stored } from "../../tests/lib/autoencoder.js";
import { sampleRows } from "../../tests/lib/random.js";
import { fileOf, randomWeights } from "../../tests/lib/weights.js";
import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../lib/command-line.js";
import { importPocketrec } from "../lib/package.js";
import { digits, median } from "../lib/statistics.js";

const HELP = `
node users/user.js [--repeats 60] [--json FILE]

  --repeats N   calls per figure (default 60)
  --json FILE   writes the medians
`;

const ITEMS = 3706;
const HIDDEN = 500;
const HISTORY = 200;
const CANDIDATES = 200;
const TABLES = ["encoder.0.weight", "decoder.0.weight", "item.code"];

const { options } = readCommandLine(HELP, { repeats: { type: "string", default: "60" } });
const repeats = wholeNumber(options.repeats, "repeats");
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));
const history = Array.from(sampleRows(HISTORY, ITEMS, 3), (item, i) => ({
  item,
  rating: 1 + (i % 5),
}));
const typedHistory = {
  items: Uint32Array.from(history, ({ item }) => item),
  ratings: Float32Array.from(history, ({ rating }) => rating),
};
const candidates = sampleRows(CANDIDATES, ITEMS, 4);

const autoRec = randomAutoencoder({ kind: "autorec-user", items: ITEMS, encoder: [HIDDEN] });
const inDtype = (dtype) => ({ ...autoRec, tensors: stored(autoRec.tensors, dtype, TABLES).file });
const CASES = {
  [`U-AutoRec ${HIDDEN}, F32`]: autoRec,
  [`U-AutoRec ${HIDDEN}, F16`]: inDtype("F16"),
  [`U-AutoRec ${HIDDEN}, I8`]: inDtype("I8"),
  [`I-AutoRec ${HIDDEN}`]: randomAutoencoder({
    kind: "autorec-item",
    items: ITEMS,
    encoder: [HIDDEN],
  }),
  "Mult-VAE 600-200-600": randomAutoencoder({
    kind: "mult-dae",
    items: ITEMS,
    encoder: [600, 200],
    decoder: [600],
  }),
  "CDAE 64": randomAutoencoder({ kind: "cdae", items: ITEMS, encoder: [64] }),
  "CDAE 64, node fitted": randomAutoencoder({ kind: "cdae", items: ITEMS, encoder: [64] }),
  "GMF 64": randomWeights({ kind: "gmf", gmf: 64, items: ITEMS, aggregates: true }),
  "NeuMF 64, tower 128-64-32": randomWeights({
    gmf: 64,
    user: 64,
    item: 64,
    widths: [128, 64, 32],
    items: ITEMS,
    aggregates: true,
  }),
};

printMachine();
const rows = [];
for (const [name, weights] of Object.entries(CASES))
  rows.push({ name, ...(await measure(weights, name.includes("fitted"))) });
const header = [
  "ms, medians",
  "creation",
  "creation, typed",
  "one change",
  `${CANDIDATES} scores`,
  "first explanation",
  "further explanation",
  "memory / file",
];
console.log(
  markdownTable(
    [header, ...rows.map(({ name, ...figures }) => [name, ...Object.values(figures).map(digits)])],
    { align: ["l", ...Array(header.length - 1).fill("r")] },
  ),
);
writeJson(options.json, { items: ITEMS, history: HISTORY, rows });

async function measure(weights, fit) {
  const file = fileOf(weights);
  const model = await loadModel(file, { simd: "simd128" });
  const userOptions = fit ? { history, fit } : { history };
  const typedOptions = { ...userOptions, history: typedHistory };
  const memory = model.bytes / file.byteLength;
  const user = model.user(userOptions);
  const item = candidates[7];
  let turn = 0;
  const change = () => user.update({ add: [{ item: history[0].item, rating: 1 + (turn++ % 5) }] });
  const figures = {
    creation: time(() => model.user(userOptions)),
    typedCreation: time(() => model.user(typedOptions)),
    change: time(change),
    scores: time(() => model.score(user, candidates)),
    firstExplanation: time(() => model.explain(user, item), change),
    explanation: time(() => model.explain(user, item)),
    memory,
  };
  model.dispose();
  return figures;
}

/** The median of single calls, each after a call of `before`, which is not timed. */
function time(call, before = () => {}) {
  const times = [];
  for (let i = -10; i < repeats; i++) {
    before();
    const start = performance.now();
    call();
    if (i >= 0) times.push(performance.now() - start);
  }
  return median(times);
}
