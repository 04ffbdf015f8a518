// The plot of the README: milliseconds of each runtime, from what `npm run score` wrote.
//
//     npm run score -- --json score.json && node scoring/plot.js score.json ../docs/speed.svg
import { readFileSync, writeFileSync } from "node:fs";

import { compile } from "vega-lite";
import { View, parse } from "vega";

import { median } from "../lib/statistics.js";

const TITLES = {
  "neumf8/1000": "NeuMF 8: 1,000 candidates",
  "neumf64/1000": "NeuMF 64: 1,000 candidates",
};

/** What runs the model as it is. "hoisted" and "folded" graphs were rewritten by hand. */
const isWholeModel = ({ name, times }) => times && !/hoisted|folded/.test(name);

const [source, target] = process.argv.slice(2);
if (!target) {
  console.error("node scoring/plot.js SCORE.json PLOT.svg");
  process.exit(2);
}
const { results, machine } = JSON.parse(readFileSync(source, "utf8"));
const bars = Object.entries(results).flatMap(([workload, rows]) =>
  rows.filter(isWholeModel).map(({ name, times }) => ({
    workload: TITLES[workload] ?? workload,
    name,
    time: median(times),
    text: Number(median(times).toPrecision(2)).toString(),
    isOwn: name.startsWith("pocketrec"),
  })),
);
writeFileSync(target, await plot(bars));

/** @returns {Promise<string>} SVG */
function plot(values) {
  const axis = { labelLimit: 260, grid: true };
  const y = { field: "name", type: "nominal", sort: null, title: null, axis };
  const x = {
    field: "time",
    type: "quantitative",
    scale: { type: "log", domain: [0.01, 1000], nice: false },
    title: "milliseconds, one thread (each line is ten times the one before)",
    axis: { values: [0.01, 0.1, 1, 10, 100, 1000], format: "~g" },
  };
  const spec = {
    data: { values },
    background: "white",
    padding: 16,
    title: {
      text: "Milliseconds to score 1,000 candidates with the same weights",
      subtitle: `Node ${machine.node}, ${machine.processor}`,
      anchor: "start",
      fontSize: 14,
      offset: 16,
    },
    facet: {
      row: {
        field: "workload",
        title: null,
        sort: null,
        header: { labelFontSize: 13, orient: "top" },
      },
    },
    spec: {
      width: 520,
      height: 130,
      layer: [
        {
          mark: { type: "point", filled: true, size: 110, opacity: 1 },
          encoding: {
            y,
            x,
            color: {
              field: "isOwn",
              type: "nominal",
              legend: null,
              scale: { domain: [true, false], range: ["#1f5fa8", "#9aa5b1"] },
            },
          },
        },
        {
          mark: { type: "text", align: "left", dx: 9, fontSize: 12 },
          encoding: { y, x, text: { field: "text" } },
        },
      ],
    },
    config: { font: "sans-serif", axis: { labelFontSize: 12, titleFontSize: 12 } },
  };
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}
