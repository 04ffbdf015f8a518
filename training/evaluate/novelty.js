/**
 * What a step against popularity costs and gives: accuracy against the share of the catalogue that
 * is shown, for several strengths. Short histories, the users and draws of
 * `npx pocketrec-cli evaluate --protocol few`.
 *
 *     python3 -m training.evaluate.prepare --protocol few
 *     node training/evaluate/novelty.js training/out/few-test.csv web-demo/models/neumf.safetensors
 *
 * Each file is measured alone; a ranker behind the candidates of the same folder, as on the page
 * with the films found on the device. --shots 5: how many films are given. --strengths 0,0.1,0.2
 * --pool 100: only so many films from the head of a model's list change places; default: all
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";

import * as pocketrec from "pocketrec";

import { say, table } from "../../cli/commands/terminal.js";
import { runFew } from "../../cli/evaluate/run.js";
import { requestOf, stagesOnDevice } from "./demo_stages.js";
import { catalogueOf, fewCases, listScorer } from "./few_cases.js";

const METRICS = ["Recall@20", "NDCG@100"];
const SHOWN = 20;
const HEAD = ["strength", ...METRICS, "films shown", "of all", "ratings of a shown film"];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    shots: { type: "string", default: "5" },
    pool: { type: "string", default: "Infinity" },
    strengths: { type: "string", default: "0,0.1,0.2,0.3,0.4,0.6" },
  },
});
const [data, ...files] = positionals;
const shots = values.shots.split(",").map(Number);
const strengths = values.strengths.split(",").map(Number);
const pool = Number(values.pool);
for (const file of files) {
  const { model, listOf } = await open(file);
  const { cases } = await fewCases({ test: data }, catalogueOf(model.ids()), model.info, { shots });
  const rows = [];
  for (const strength of strengths) rows.push(await measured(model, listOf, cases, strength));
  say([`${basename(file)}: ${cases.length} lists`, ...table(HEAD, rows), ""]);
  model.dispose();
}

/** A model, and the list of films that it shows for ratings, the best first. */
async function open(file) {
  const model = await pocketrec.loadModel(file);
  return { model, listOf: model.kind === "ranker" ? await staged(model, file) : alone(model) };
}

function alone(model) {
  const topK = model.itemCount;
  return async (ratings, strength) => {
    const user = model.user({ history: ratings.map(([item, rating]) => ({ item, rating })) });
    const list = model.recommend(user, { topK, exclude: user.items, raw: true });
    const step = pocketrec.novelty({ model, strength, output: "identity" });
    return [...(await step(list.slice(0, pool))), ...list.slice(pool)];
  };
}

async function staged(ranker, file) {
  const finder = await pocketrec.loadModel(join(dirname(file), "candidates.safetensors"));
  const films = JSON.parse(await readFile(join(dirname(file), "catalogue.json"), "utf8"));
  const byId = new Map(films.map((film) => [film.id, film]));
  const stages = stagesOnDevice(ranker, finder);
  return async (ratings, strength) => {
    const wishes = { novelty: 10 * strength, variety: 0, maxPerGenre: Infinity };
    const request = requestOf(ratings, wishes, byId);
    return (await stages.rank(request, finder.itemCount)).recommendations;
  };
}

/** A row of the table. */
async function measured(model, listOf, cases, strength) {
  const ids = model.ids();
  const rowOf = new Map(ids.map((id, row) => [id, row]));
  const lists = new Map();
  const shown = [];
  for (const { history } of cases) {
    const list = await listOf(
      history.map(({ row, rating }) => [ids[row], rating]),
      strength,
    );
    const rows = list.map(({ item }) => rowOf.get(item));
    lists.set(history, rows);
    shown.push(...rows.slice(0, SHOWN));
  }
  const result = await runFew(listScorer(lists), cases, METRICS, ids.length, { seed: 1 });
  const figures = METRICS.map((_, at) => result.shots[0].figures[at].value.toFixed(4));
  const films = new Set(shown).size;
  const popularity = model.popularity(Uint32Array.from(shown));
  const mean = popularity.reduce((sum, count) => sum + count, 0) / shown.length;
  const share = `${((100 * films) / ids.length).toFixed(1)}%`;
  return [strength, ...figures, films, share, mean.toFixed(0)];
}
