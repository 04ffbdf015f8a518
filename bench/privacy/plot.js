// The plot of docs/private-queries.md.
import { compile } from "vega-lite";
import { View, parse } from "vega";

const COLOURS = {
  domain: [
    "Gaussian noise",
    "randomised response, 64 centroids",
    "randomised response, 16 centroids",
  ],
  range: ["#1f5fa8", "#c4501b", "#2e8540"],
};
export const POSTERIOR = "the server corrects for the noise";
export const UNCHANGED = "the server uses the answer unchanged";
const READINGS = {
  domain: [POSTERIOR, UNCHANGED],
  range: [
    [1, 0],
    [5, 4],
  ],
};

const TITLE = "Share of a user's own best 100 films among the 500 that the server sends";

/**
 * @param {{ mechanism: string, reading: string, epsilon: number, recall: number, error: number }[]}
 *   points
 * @param {{ name: string, recall: number, isLow?: boolean }[]} lines independent of epsilon
 * @param {number[]} epsilons
 * @returns {Promise<string>} SVG
 */
export function plot(points, lines, epsilons) {
  const spec = {
    width: 620,
    height: 380,
    background: "white",
    padding: 16,
    title: { text: TITLE, anchor: "start", fontSize: 14, offset: 24 },
    layer: [...rules(lines, epsilons), ...curves(points, epsilons)],
    config: {
      font: "sans-serif",
      axis: { labelFontSize: 12, titleFontSize: 13, titlePadding: 10, gridColor: "#e4e4e4" },
      view: { stroke: "#bbbbbb" },
    },
  };
  return new View(parse(compile(spec).spec), { renderer: "none" }).toSVG();
}

function curves(points, epsilons) {
  const data = { values: points };
  const legend = {
    title: null,
    orient: "bottom",
    direction: "vertical",
    labelLimit: 400,
    labelFontSize: 12,
  };
  const encoding = {
    x: {
      field: "epsilon",
      type: "quantitative",
      title: "epsilon: smaller is more private (each step doubles)",
      scale: {
        type: "log",
        base: 2,
        domain: [epsilons[0], epsilons.at(-1)],
        nice: false,
        padding: 12,
      },
      axis: { values: epsilons, format: "~g", grid: false },
    },
    y: {
      field: "recall",
      type: "quantitative",
      title: "share of the own best 100 (recall)",
      scale: { domain: [0, 1] },
      axis: { format: "%" },
    },
    color: { field: "mechanism", type: "nominal", scale: COLOURS, legend },
    strokeDash: {
      field: "reading",
      type: "nominal",
      scale: READINGS,
      legend: { ...legend, symbolSize: 600 },
    },
  };
  return [
    { data, mark: { type: "line", strokeWidth: 2 }, encoding },
    {
      data,
      mark: { type: "point", filled: true, size: 36, opacity: 1 },
      encoding: { ...encoding, strokeDash: undefined },
    },
  ];
}

/** Lines with their names: above at the left, or below where the curves are not. */
function rules(lines, epsilons) {
  const y = { field: "recall", type: "quantitative" };
  const label = (line, at, position) => ({
    data: { values: [{ ...line, epsilon: epsilons[at] }] },
    mark: { type: "text", align: "left", dx: 2, fontSize: 12, color: "#333333", ...position },
    encoding: { x: { field: "epsilon", type: "quantitative" }, y, text: { field: "name" } },
  });
  return [
    {
      data: { values: lines },
      mark: { type: "rule", color: "#555555", strokeWidth: 1.2 },
      encoding: { y },
    },
    ...lines.map((line) =>
      line.isLow
        ? label(line, 5, { baseline: "top", dy: 4 })
        : label(line, 0, { baseline: "bottom", dy: -3 }),
    ),
  ];
}
