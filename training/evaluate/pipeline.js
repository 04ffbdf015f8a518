/**
 * Measures the demo's two stages as its page runs them, candidates, ranker and re-ranking together:
 * a stage is only as good as the list that comes out. Short histories, the users and draws of
 * `npx pocketrec-cli evaluate --protocol few`.
 */

import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

import * as pocketrec from "pocketrec";

import { fewFacts, fewTable } from "../../cli/commands/few-report.js";
import { say, sayJson, table } from "../../cli/commands/terminal.js";
import { runFew } from "../../cli/evaluate/run.js";
import { baselinesOf } from "../../cli/train/baselines.js";
import { FIRST_WISHES } from "../../web-demo/page/ranking/rerank.js";
import { listsOf, stagesOfServer, stagesOnDevice } from "./demo_stages.js";
import { catalogueOf, fewCases, listScorer } from "./few_cases.js";

const MODELS = "web-demo/models";
const USAGE = `usage: node training/evaluate/pipeline.js TEST.csv [options]

Measures the demo's two stages as its page runs them: candidates, ranker, re-ranking. The histories
are those of \`npx pocketrec-cli evaluate --protocol few --liked 4\`; "candidates" is how many of
the films to be found are among the first 200 candidates, before they are ranked.

    python3 -m training.evaluate.prepare --protocol few
    node training/evaluate/pipeline.js training/out/few-test.csv --from server

  --from PLACE         server: the list of popular films, as a pack, or device: found here (server)
  --rerank HOW         page: with the page's first settings, or none (page)
  --variety N          with --rerank page: of the list, from 0 to 6 (${FIRST_WISHES.variety})
  --cap N              with --rerank page: films of a genre among 20 (${FIRST_WISHES.maxPerGenre})
  --candidates FILE    (${MODELS}/candidates.safetensors)
  --ranker FILE        (${MODELS}/ranker.safetensors)
  --train FILE         ratings of other users: popularity, ItemKNN and EASE beside the pipeline
  --shots COUNTS       numbers of films that are given (1,3,5,10,20)
  --draws N            how often they are drawn of each user (3)
  --seed N             of the draws and the intervals (1)
  --json               all digits
  --help               this text`;

const DEFAULTS = {
  from: "server",
  rerank: "page",
  variety: String(FIRST_WISHES.variety),
  cap: String(FIRST_WISHES.maxPerGenre),
  candidates: `${MODELS}/candidates.safetensors`,
  ranker: `${MODELS}/ranker.safetensors`,
  shots: "1,3,5,10,20",
  draws: "3",
  seed: "1",
};
const CHOICES = { from: ["server", "device"], rerank: ["page", "none"] };
const NO_WISHES = { novelty: 0, variety: 0, maxPerGenre: Infinity };
const RANKING = ["Recall@20", "NDCG@100"];
const FOUND = ["Recall@200"];

try {
  const { data, options } = readArguments();
  if (options.help) console.log(USAGE);
  else await main(data, options);
} catch (error) {
  if (!error.code) throw error;
  console.error(`pipeline.js: ${error.message}`);
  process.exitCode = 2;
}

/** Reads the command line, and refuses by name what it does not know. */
function readArguments() {
  const texts = Object.entries(DEFAULTS).map(([name, text]) => [
    name,
    { type: "string", default: text },
  ]);
  const flags = ["json", "help"].map((name) => [name, { type: "boolean", default: false }]);
  const known = Object.fromEntries([...texts, ...flags, ["train", { type: "string" }]]);
  const { values: options, positionals } = parsed(known);
  for (const [name, choices] of Object.entries(CHOICES))
    if (!choices.includes(options[name])) refuse(`--${name}`, choices.join(" or "), options[name]);
  for (const name of ["variety", "cap", "draws", "seed"]) options[name] = whole(name, options);
  options.shots = options.shots.split(",").map((shots) => whole("shots", { shots }));
  if (positionals.length !== 1 && !options.help)
    refuse("TEST.csv", "one file of ratings", positionals.join(" ") || "none");
  return { data: positionals[0], options };
}

function parsed(options) {
  try {
    return parseArgs({ allowPositionals: true, options });
  } catch (error) {
    return refuse("options", "those of --help", error.message);
  }
}

function whole(name, options) {
  const number = Number(options[name]);
  if (options[name] === "" || !Number.isInteger(number) || number < Number(name !== "variety"))
    refuse(`--${name}`, "whole numbers", options[name]);
  return number;
}

function refuse(subject, expected, found) {
  throw new pocketrec.PocketrecError("bad-argument", subject, expected, found);
}

async function main(data, options) {
  const pipeline = await openPipeline(options);
  const { finder, stages, catalogue } = pipeline;
  const files = { test: data, train: options.train };
  const split = await fewCases(files, catalogue, finder.info, options);
  const lists = await listsOf(split.cases, pipeline);
  const measure = (scorer, metrics) =>
    runFew(scorer, split.cases, metrics, finder.itemCount, { seed: options.seed });
  const [result, found] = [
    await measure(listScorer(lists.ranked), RANKING),
    await measure(listScorer(lists.candidates), FOUND),
  ];
  const baselines = [];
  for (const { name, scorer } of await baselinesFor(split.train, finder.itemCount, options))
    baselines.push({ name, result: await measure(scorer, RANKING) });
  report(`${split.how}`, options, result, found, baselines);
  for (const model of [finder, stages.ranker]) model.dispose();
}

/** The page's stages with these files: candidates from the server's endpoint, or found here. */
async function openPipeline({ from, rerank, variety, cap, candidates, ranker }) {
  const folder = fileURLToPath(new URL("../../web-demo/models", import.meta.url));
  const films = JSON.parse(await readFile(`${folder}/catalogue.json`, "utf8"));
  const finder = await pocketrec.loadModel(candidates);
  const bytes = new Uint8Array(await readFile(ranker));
  return {
    finder,
    stages:
      from === "device"
        ? stagesOnDevice(await pocketrec.loadModel(bytes), finder)
        : await stagesOfServer(bytes, finder, films),
    catalogue: catalogueOf(films.map(({ id }) => id)),
    films: new Map(films.map((film) => [film.id, film])),
    wishes: rerank === "page" ? { ...FIRST_WISHES, variety, maxPerGenre: cap } : NO_WISHES,
  };
}

async function baselinesFor(train, items, options) {
  if (!options.train) return [];
  return (await baselinesOf(train, items, { lambda: 1000 })).baselines;
}

function report(how, options, result, found, baselines) {
  const ofCandidates = found.shots.map(({ figures: [figure] }) => figure);
  if (options.json) {
    const facts = fewFacts(result.shots, baselines);
    return sayJson(facts.map((fact, at) => ({ ...fact, candidates: ofCandidates[at] })));
  }
  say(`${how}. Candidates: ${options.from}; re-ranking: ${options.rerank}.`);
  say(["", ...fewTable(result.shots, baselines), ""]);
  const head = ["given", "Recall@200 of the candidates"];
  say(
    table(
      head,
      result.shots.map(({ shots }, at) => [shots, ofCandidates[at].value.toFixed(4)]),
    ),
  );
}
