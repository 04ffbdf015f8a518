/**
 * Measures weights files through the wasm package, by the protocols of training/README.md.
 *
 *     node training/evaluate.mjs training/out/strong.json web-demo/models/neumf.safetensors
 *     node training/evaluate.mjs training/out/time.json web-demo/models/candidates.safetensors
 *     node training/evaluate.mjs training/out/leave-one-out.json training/out/ml-1m-neumf.safetensors --trained
 *     node training/evaluate.mjs training/out/leave-one-out.json training/out/ml-1m-neumf.safetensors \
 *         --trained --fold-in --users 1000
 *     node training/evaluate.mjs training/out/ml-1m-ratings.json training/out/ml-1m-autorec-item.safetensors
 */

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { loadModel } from "pocketrec";

const USAGE = `usage: node training/evaluate.mjs EVALUATION.json WEIGHTS.safetensors ... [options]

Measures weights files through the wasm package. EVALUATION.json is what prepare_evaluation.py writes.

  --trained   leave-one-out: the users' own vectors, which the file must hold (the default)
  --fold-in   leave-one-out: vectors fitted to the users' histories; with --trained, both
  --users N   only the first N people
  --seed N    of the fold-in's draws (1)
  --help      this text`;

const {
  values: options,
  positionals: [evaluation, ...paths],
} = parseArgs({
  allowPositionals: true,
  options: {
    trained: { type: "boolean", default: false },
    "fold-in": { type: "boolean", default: false },
    users: { type: "string" },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
  },
});
if (options.help || paths.length === 0) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 2);
}

const seed = Number(options.seed);
const entries = JSON.parse(await readFile(evaluation, "utf8")).slice(
  0,
  options.users && Number(options.users),
);
const table = [];
for (const path of paths) {
  const model = await loadModel(path);
  for (const [way, measure] of protocol()) {
    const start = performance.now();
    const measured = entries.map((entry) => measure(model, entry));
    const milliseconds = (performance.now() - start) / entries.length;
    const results = entries[0].targets ? errorsOver(measured) : averages(measured);
    table.push({
      file: path,
      way,
      people: entries.length,
      ...results,
      "ms a person": milliseconds.toFixed(1),
    });
  }
  model.dispose();
}
console.table(table);

/**
 * What is measured: new people by `held_out` entries, else trained rows, folded-in histories, or
 * both.
 */
function protocol() {
  if (entries[0].held_out) return [["new people", newPerson]];
  if (entries[0].targets) return [["ratings", ratingErrors]];
  const ways = [];
  if (options.trained || !options["fold-in"])
    ways.push(["trained", (model, entry) => leaveOneOut(model, entry, { id: entry.user })]);
  if (options["fold-in"])
    ways.push([
      "folded in",
      (model, entry) => leaveOneOut(model, entry, { history: entry.history, seed }),
    ]);
  return ways;
}

/**
 * AutoRec is told how high; to all others each film of a history is one that was met, as they were
 * trained.
 */
function withRatings(model, history, ratings) {
  return model.kind.startsWith("autorec")
    ? history.map((item, place) => ({ item, rating: ratings[place] }))
    : history;
}

/** Strong generalisation: the whole catalogue ranked for somebody whom no model was trained on. */
function newPerson(model, { history, ratings, features, held_out }) {
  const user = model.user(
    features ? { history, features } : { history: withRatings(model, history, ratings), seed },
  );
  const wanted = new Set(held_out);
  const hits = model
    .recommend(user, { topK: 100, exclude: history })
    .map(({ item }) => wanted.has(item));
  const ideal = Array.from({ length: Math.min(100, wanted.size) }, () => true);
  return {
    "Recall@20": hits.slice(0, 20).filter(Boolean).length / Math.min(20, wanted.size),
    "Recall@100": hits.filter(Boolean).length / Math.min(100, wanted.size),
    "NDCG@100": gain(hits) / gain(ideal),
  };
}

/** @param {boolean[]} hits by place */
function gain(hits) {
  return hits.reduce((sum, hit, place) => sum + (hit ? 1 / Math.log2(place + 2) : 0), 0);
}

/** Predicted less actual rating, one a target. */
function ratingErrors(model, { history, targets }) {
  const user = model.user({ history: history.map(([item, rating]) => ({ item, rating })) });
  const predicted = model.score(
    user,
    targets.map(([item]) => item),
  );
  return targets.map(([, actual], place) => predicted[place] - actual);
}

/** Every rating weighs the same. @param {number[][]} errors a list a person */
function errorsOver(errors) {
  const all = errors.flat();
  const mean = (of) => all.reduce((sum, error) => sum + of(error), 0) / all.length;
  return {
    RMSE: Math.sqrt(mean((error) => error ** 2)).toFixed(4),
    MAE: mean(Math.abs).toFixed(4),
  };
}

/**
 * Leave-one-out: the last film among 99 sampled ones. Only a strictly greater score is ahead of it.
 */
function leaveOneOut(model, { positive, negatives }, who) {
  const [score, ...others] = model.score(model.user(who), Uint32Array.of(positive, ...negatives), {
    raw: true,
  });
  const rank = others.filter((other) => other > score).length;
  return { "HR@10": rank < 10 ? 1 : 0, "NDCG@10": rank < 10 ? Math.LN2 / Math.log(rank + 2) : 0 };
}

/** @param {Record<string, number>[]} rows */
function averages(rows) {
  const mean = (name) => rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, mean(name).toFixed(4)]));
}
