/**
 * Writes web-demo/models/figures.json: how good each model of the demo is for people that it was
 * not trained on, after a few films and after most of their films.
 */
import { readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import * as pocketrec from "pocketrec";

import { note, say, table } from "../../cli/commands/terminal.js";
import { runFew } from "../../cli/evaluate/run.js";
import { modelScorer } from "../../cli/evaluate/scorers.js";
import { baselinesOf } from "../../cli/train/baselines.js";
import { FIRST_WISHES } from "../../web-demo/page/ranking/rerank.js";
import { listsOf, stagesOfServer, stagesOnDevice } from "./demo_stages.js";
import { catalogueOf, fewCases, listScorer } from "./few_cases.js";
import { historyFor, measureList } from "./new_users.js";

const MODELS = "web-demo/models";
const USAGE = `usage: node training/evaluate/figures.js [options]

Writes ${MODELS}/figures.json:

    python3 -m training.evaluate.prepare
    python3 -m training.evaluate.prepare --protocol few
    node training/evaluate/figures.js

  --data FOLDER    strong.json, few-test.csv and few-train.csv of prepare (training/out)
  --output FILE    (${MODELS}/figures.json)
  --help           this text`;

const NAMES = [
  ...["gmf", "mlp", "neumf", "ae", "dae", "cdae", "mult-dae", "autorec", "autorec-item"],
  ...["ials", "ease", "sasrec", "candidates"],
];
/** Of EASE with every weight: for long histories and for short ones. */
const LAMBDAS = [200, 1000];
const METRICS = ["Recall@20", "NDCG@100"];
const SHOTS = [1, 3, 5, 10, 20];
const SEED = 1;
const SIMD = { simd: "simd128" }; // the figures must not depend on the machine

const ABOUT = {
  data: "MovieLens ml-latest-small, films with 5 ratings or more: 3,650 films, 610 people",
  split:
    "A tenth of the people, 61 (split 43), was not trained on and is measured. 61 are few: " +
    "the intervals are wide.",
  command:
    "python3 -m training.evaluate.prepare; " +
    "python3 -m training.evaluate.prepare --protocol few; node training/evaluate/figures.js",
  short:
    "So many films that a person rated 4 or more are given, drawn at random three times. All " +
    "other films that the person rated are to be found in the whole catalogue. Counted are the " +
    "people who have five more such films. low and high: 95% interval over people, by bootstrap.",
  long:
    "80% of a person's films are given, drawn at random. The other 20% are to be found in the " +
    "whole catalogue.",
  metrics: {
    "Recall@20":
      "share of the films to find that are among the first 20; of 20 films, if there are more",
    "NDCG@100":
      "the same of the first 100, where a film further down counts less: 1 for the best order",
  },
};

const { values: options } = parseArgs({
  options: {
    data: { type: "string", default: "training/out" },
    output: { type: "string", default: `${MODELS}/figures.json` },
    help: { type: "boolean", default: false },
  },
});
if (options.help) console.log(USAGE);
else await main(options);

async function main({ data, output }) {
  const films = await readJson(`${MODELS}/catalogue.json`);
  const files = { test: `${data}/few-test.csv`, train: `${data}/few-train.csv` };
  const entries = await readJson(`${data}/strong.json`);
  const short = new Map();
  const long = new Map();
  for (const name of NAMES) {
    note(`measuring ${name}`);
    const model = await pocketrec.loadModel(`${MODELS}/${name}.safetensors`, SIMD);
    const catalogue = catalogueOf(model.ids());
    const { cases } = await fewCases(files, catalogue, model.info, { shots: SHOTS, seed: SEED });
    const scorer = modelScorer(model, catalogue, { userSource: "history", isFiltered: true });
    short.set(name, await measureFew(scorer, cases, catalogue));
    long.set(
      name,
      averages(entries, (entry) => listOf(model, entry)),
    );
    model.dispose();
  }
  await measureStages(films, files, short);
  await measureBaselines(films, files, entries, short, long);
  await writeFile(output, `${JSON.stringify(figuresOf(short, long))}\n`);
  print(short, long);
}

async function readJson(path) {
  return JSON.parse(await readFile(path, "utf8"));
}

async function measureFew(scorer, cases, { items }) {
  return (await runFew(scorer, cases, METRICS, items.count, { seed: SEED })).shots;
}

/** The best 100 films of the catalogue, without the history. */
function listOf(model, entry) {
  const user = model.user({ ...historyFor(model, entry), seed: SEED });
  const list = model.recommend(user, { topK: 100, exclude: entry.history });
  return list.map(({ item }) => item);
}

/** @param {(entry: object) => number[]} list */
function averages(entries, list) {
  const measured = entries.map((entry) => measureList(list(entry), entry.held_out));
  return Object.fromEntries(
    METRICS.map((name) => [
      name,
      measured.reduce((sum, one) => sum + one[name], 0) / measured.length,
    ]),
  );
}

/** Candidates, ranker and re-ranking as the page runs them, with the films of either place. */
async function measureStages(films, files, short) {
  const bytes = new Uint8Array(await readFile(`${MODELS}/ranker.safetensors`));
  const finder = await pocketrec.loadModel(`${MODELS}/candidates.safetensors`, SIMD);
  const places = {
    "stages-device": stagesOnDevice(await pocketrec.loadModel(bytes, SIMD), finder),
    "stages-server": await stagesOfServer(bytes, finder, films, SIMD),
  };
  const catalogue = catalogueOf(films.map(({ id }) => id));
  const byId = new Map(films.map((film) => [film.id, film]));
  const { cases } = await fewCases(files, catalogue, finder.info, { shots: SHOTS, seed: SEED });
  for (const [name, stages] of Object.entries(places)) {
    note(`measuring ${name}`);
    const pipeline = { stages, catalogue, films: byId, wishes: FIRST_WISHES };
    const { ranked } = await listsOf(cases, pipeline);
    short.set(name, await measureFew(listScorer(ranked), cases, catalogue));
  }
}

/** Popularity, ItemKNN, and EASE with every weight, from the people who were trained on. */
async function measureBaselines(films, files, entries, short, long) {
  const model = await pocketrec.loadModel(`${MODELS}/gmf.safetensors`, SIMD);
  const ids = films.map(({ id }) => id);
  const catalogue = catalogueOf(ids);
  const drawn = { shots: SHOTS, seed: SEED };
  const { cases, train } = await fewCases(files, catalogue, model.info, drawn);
  for (const lambda of LAMBDAS) {
    const { baselines } = await baselinesOf(train, ids.length, { lambda });
    for (const { name, scorer } of baselines) {
      if (short.has(name)) continue;
      note(`measuring ${name}`);
      short.set(name, await measureFew(scorer, cases, catalogue));
      long.set(
        name,
        averages(entries, (entry) => listBy(scorer, entry, catalogue, ids)),
      );
    }
  }
}

function listBy(scorer, { history }, catalogue, ids) {
  const given = history.map((id) => ({ row: catalogue.rowOf(String(id)) }));
  const known = new Set(history);
  const rows = Uint32Array.from(ids.keys());
  const scores = scorer.score("", given, rows, true);
  return [...rows]
    .filter((row) => !known.has(ids[row]))
    .sort((a, b) => scores[b] - scores[a] || a - b)
    .slice(0, 100)
    .map((row) => ids[row]);
}

function rounded(number) {
  return Number(number.toFixed(4));
}

function figuresOf(short, long) {
  const [first] = short.values();
  const figures = ([name, shots]) => [
    name,
    Object.fromEntries(
      METRICS.map((metric, at) => [metric, shots.map((one) => estimate(one.figures[at]))]),
    ),
  ];
  const { data, split, command, metrics } = ABOUT;
  return {
    ...{ data, split, command, metrics },
    short: {
      protocol: ABOUT.short,
      given: SHOTS,
      people: first.map(({ users }) => users.length),
      models: Object.fromEntries([...short].map(figures)),
    },
    long: {
      protocol: ABOUT.long,
      models: Object.fromEntries(
        [...long].map(([name, one]) => [
          name,
          Object.fromEntries(METRICS.map((metric) => [metric, rounded(one[metric])])),
        ]),
      ),
    },
  };
}

function estimate({ value, low, high }) {
  return { value: rounded(value), low: rounded(low), high: rounded(high) };
}

function print(short, long) {
  const cells = (shots) =>
    shots.map(({ figures }) => figures.map(({ value }) => value.toFixed(3)).join(" / "));
  const both = (one) => METRICS.map((metric) => one[metric].toFixed(3)).join(" / ");
  const rows = [...short].map(([name, shots]) => [
    ...[name, ...cells(shots)],
    long.has(name) ? both(long.get(name)) : "",
  ]);
  say(table(["model", ...SHOTS.map(String), "80%"], rows));
}
