/**
 * Short histories over several splits of the users: models beside popularity, ItemKNN and EASE, and
 * how far each is above EASE, in pairs over the people of all splits, since 61 are few.
 */
import { parseArgs } from "node:util";

import { loadModel } from "pocketrec";

import { say, table } from "../../cli/commands/terminal.js";
import { pairedDifferences } from "../../cli/evaluate/few.js";
import { withIntervals } from "../../cli/evaluate/interval.js";
import { runFew } from "../../cli/evaluate/run.js";
import { modelScorer } from "../../cli/evaluate/scorers.js";
import { baselinesOf } from "../../cli/train/baselines.js";
import { catalogueOf, fewCases } from "./few_cases.js";

const METRICS = ["Recall@20", "NDCG@100"];
const SEED = 1;
const USAGE = `usage: node training/evaluate/few_splits.js FOLDER ... --models NAME[,NAME]

Measures short histories over several splits. Each folder has few-test.csv and few-train.csv of
training.evaluate.prepare --protocol few, and NAME.safetensors, trained on that split:

    for SPLIT in 0 1 2 3; do
        O=training/out/split-$SPLIT
        python3 -m training.evaluate.prepare --protocol few --split-seed $SPLIT --output $O
        python3 -m training.ncf.train --model gmf --split-seed $SPLIT --output $O/gmf.safetensors
    done
    node training/evaluate/few_splits.js training/out/split-? --models gmf

  --shots COUNTS   numbers of films that are given (1,3,5,10,20)`;

const { values: options, positionals: folders } = parseArgs({
  allowPositionals: true,
  options: {
    models: { type: "string", default: "" },
    shots: { type: "string", default: "1,3,5,10,20" },
    help: { type: "boolean", default: false },
  },
});
if (options.help || !folders.length) {
  console.log(USAGE);
  process.exit(options.help ? 0 : 2);
}

const names = options.models.split(",").filter(Boolean);
const shots = options.shots.split(",").map(Number);
/** @type {Map<string, import("../../cli/evaluate/few.js").Shots[][]>} by model, one per folder */
const measured = new Map();
for (const folder of folders)
  for (const { name, result } of await measure(folder))
    measured.set(name, [...(measured.get(name) ?? []), result.shots]);
report(new Map([...measured].map(([name, parts]) => [name, pooled(parts)])));

/** The models and baselines of one split. */
async function measure(folder) {
  const models = [];
  for (const name of names)
    models.push({ name, model: await loadModel(`${folder}/${name}.safetensors`) });
  const [{ model: first }] = models;
  const catalogue = catalogueOf(first.ids());
  const files = { test: `${folder}/few-test.csv`, train: `${folder}/few-train.csv` };
  const { cases, train } = await fewCases(files, catalogue, first.info, { shots, seed: SEED });
  const scorers = models.map(({ name, model }) => ({
    name,
    scorer: modelScorer(model, catalogue, { userSource: "history", isFiltered: true }),
  }));
  const { baselines } = await baselinesOf(train, first.itemCount, { lambda: 1000 });
  const results = [];
  for (const { name, scorer } of [...baselines, ...scorers])
    results.push({
      name,
      result: await runFew(scorer, cases, METRICS, first.itemCount, { seed: SEED }),
    });
  for (const { model } of models) model.dispose();
  return results;
}

/** The people of all splits. @param {import("../../cli/evaluate/few.js").Shots[][]} parts */
function pooled(parts) {
  return parts[0].map(({ shots }, at) => ({
    shots,
    seed: SEED,
    columns: METRICS.map((_, metric) =>
      Float64Array.from(parts.flatMap((part) => [...part[at].columns[metric]])),
    ),
  }));
}

function report(models) {
  const ease = models.get("EASE 1000");
  const rows = [...models].flatMap(([name, counts]) =>
    counts.flatMap((one, at) => {
      const means = withIntervals(
        one.columns,
        (sums, people) => sums.map((sum) => sum / people),
        1,
      );
      const above = pairedDifferences(one, ease[at]);
      return METRICS.map((metric, column) => [
        name,
        one.shots,
        one.columns[0].length,
        metric,
        means[column].value.toFixed(4),
        `${above[column].value.toFixed(4)}: ${interval(above[column])}`,
      ]);
    }),
  );
  say(table(["model", "given", "people", "metric", "value", "above EASE 1000, 95%"], rows));
}

function interval({ low, high }) {
  return `${low.toFixed(4)} to ${high.toFixed(4)}`;
}
