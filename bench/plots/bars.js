// Milliseconds of each runtime for 1,000 candidates, from what `npm run score` wrote.
import { median } from "../lib/statistics.js";
import { NAMES, lookOf, placeOf, svgOf } from "./look.js";

const TITLES = {
  "neumf8/1000": "NeuMF 8, tower 64-32-16-8",
  "neumf64/1000": "NeuMF 64, tower 512-256-128-64",
};

/** What runs the model as it is. "hoisted" and "folded" graphs were rewritten by hand. */
const isWholeModel = ({ name, times }) => times && !/hoisted|folded|, score/.test(name);

export function bars({ results, ...place }) {
  const panels = Object.entries(results.score ?? results).map(([workload, rows]) =>
    panel(TITLES[workload] ?? workload, rows.filter(isWholeModel).map(barOf)),
  );
  const title = "Milliseconds for the best 20 of 1,000 candidates, with the same weights";
  return svgOf({ vconcat: panels }, title, `${placeOf(place)}; less is better`);
}

function barOf({ name, times }) {
  const time = median(times);
  const text = Number(time.toPrecision(2)).toString();
  return { name, time, text, colour: lookOf(name).colour };
}

function panel(title, values) {
  const y = NAMES;
  const x = {
    field: "time",
    type: "quantitative",
    scale: { type: "log", domain: [0.01, 1000], nice: false },
    title: "milliseconds (each line is ten times the one before)",
    axis: { values: [0.01, 0.1, 1, 10, 100, 1000], format: "~g" },
  };
  return {
    title: { text: title, anchor: "start", fontSize: 13, fontWeight: "normal" },
    data: { values },
    width: 520,
    height: 22 * values.length,
    layer: [
      {
        mark: { type: "point", filled: true, size: 110, opacity: 1 },
        encoding: { y, x, color: { field: "colour", type: "nominal", scale: null } },
      },
      {
        mark: { type: "text", align: "left", dx: 9, fontSize: 12 },
        encoding: { y, x, text: { field: "text" } },
      },
    ],
  };
}
