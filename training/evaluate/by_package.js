/** Measures weights files with the package, by the protocols of training/README.md. */

import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";

import { loadModel } from "pocketrec";

import { historyFor, measureList } from "./new_users.js";

const USAGE = `usage: node training/evaluate/by_package.js EVALUATION.json WEIGHTS ... [options]

Measures weights files with the package. training/evaluate/prepare.py writes EVALUATION.json.

    node training/evaluate/by_package.js training/out/strong.json \\
        web-demo/models/neumf.safetensors
    node training/evaluate/by_package.js training/out/leave-one-out.json \\
        training/out/ml-1m-neumf.safetensors --trained --fold-in --users 1000

  --trained   leave-one-out: the users' own vectors, which the file must hold (the default)
  --fold-in   leave-one-out: vectors fitted to the users' histories; with --trained, both
  --users N   only the first N users
  --seed N    of the fold-in's samples (1)
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
const count = options.users && Number(options.users);
const entries = JSON.parse(await readFile(evaluation, "utf8")).slice(0, count);
const table = [];
for (const path of paths) {
  const model = await loadModel(path);
  for (const [name, measure] of measuresOf(entries[0])) {
    const start = performance.now();
    const measured = entries.map((entry) => measure(model, entry));
    const milliseconds = (performance.now() - start) / entries.length;
    table.push({
      file: path,
      measured: name,
      users: entries.length,
      ...(entries[0].targets ? errorMetrics(measured) : averages(measured)),
      "ms per user": milliseconds.toFixed(1),
    });
  }
  model.dispose();
}
console.table(table);

/** [name, measure(model, entry)] of the entries' protocol. */
function measuresOf(entry) {
  if (entry.held_out) return [["new users", newUser]];
  if (entry.targets) return [["ratings", ratingErrors]];
  const trained = ["trained", (model, { user, ...rest }) => leaveOneOut(model, rest, { id: user })];
  const foldedIn = [
    "folded in",
    (model, { history, ...rest }) => leaveOneOut(model, rest, { history, seed }),
  ];
  if (!options["fold-in"]) return [trained];
  return options.trained ? [trained, foldedIn] : [foldedIn];
}

/** Strong generalisation: ranks the whole catalogue for a user that no model was trained on. */
function newUser(model, entry) {
  const user = model.user({ ...historyFor(model, entry), seed });
  const list = model.recommend(user, { topK: 100, exclude: entry.history });
  return measureList(
    list.map(({ item }) => item),
    entry.held_out,
  );
}

/** Predicted minus actual rating of each target. */
function ratingErrors(model, { history, targets }) {
  const user = model.user({ history: history.map(([item, rating]) => ({ item, rating })) });
  const items = targets.map(([item]) => item);
  const predicted = model.score(user, items);
  return targets.map(([, actual], i) => predicted[i] - actual);
}

/** RMSE and MAE over all ratings. @param {number[][]} errors one list per user */
function errorMetrics(errors) {
  const all = errors.flat();
  const mean = (of) => all.reduce((sum, error) => sum + of(error), 0) / all.length;
  return {
    RMSE: Math.sqrt(mean((error) => error ** 2)).toFixed(4),
    MAE: mean(Math.abs).toFixed(4),
  };
}

/** Ranks the last film among 99 sampled ones. Only a strictly greater score is ahead of it. */
function leaveOneOut(model, { positive, negatives }, userOptions) {
  const user = model.user(userOptions);
  const items = Uint32Array.of(positive, ...negatives);
  const [score, ...others] = model.score(user, items, { raw: true });
  const rank = others.filter((other) => other > score).length;
  return { "HR@10": rank < 10 ? 1 : 0, "NDCG@10": rank < 10 ? Math.LN2 / Math.log(rank + 2) : 0 };
}

/** @param {Record<string, number>[]} rows */
function averages(rows) {
  const mean = (name) => rows.reduce((sum, row) => sum + row[name], 0) / rows.length;
  return Object.fromEntries(Object.keys(rows[0]).map((name) => [name, mean(name).toFixed(4)]));
}
