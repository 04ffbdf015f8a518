// The common look of the plots: a runtime has one colour in all of them, which people with any
// colour vision can tell apart (Okabe and Ito), and its name stands at its line.
import { compile } from "vega-lite";
import { View, parse } from "vega";

/** Runtimes by the names of their rows. */
const RUNTIMES = [
  [/^pocketrec/, { title: "pocketrec", colour: "#0072b2", width: 2.5 }],
  [/^onnxruntime-node/, { title: "onnxruntime, native", colour: "#555555", width: 1.5 }],
  [/^LiteRT/, { title: "LiteRT.js", colour: "#009e73", width: 1.5 }],
  [/^onnxruntime-web/, { title: "onnxruntime-web", colour: "#d55e00", width: 1.5 }],
  [/^(tfjs|TensorFlow)/, { title: "TensorFlow.js", colour: "#cc79a7", width: 1.5 }],
  [/^plain/, { title: "plain JavaScript", colour: "#999999", width: 1.5 }],
];

export const lookOf = (name) => RUNTIMES.find(([pattern]) => pattern.test(name))[1];

/** The axis of runtimes' names, whose width is estimated here and needs room. */
export const NAMES = {
  field: "name",
  type: "nominal",
  sort: null,
  title: null,
  axis: { labelLimit: 400, grid: true },
};

const CONFIG = {
  font: "sans-serif",
  axis: { labelFontSize: 12, titleFontSize: 12, titleFontWeight: "normal", gridColor: "#e4e4e4" },
  view: { stroke: "#bbbbbb" },
};

/** @returns {Promise<string>} SVG */
export function svgOf(spec, title, subtitle) {
  const whole = {
    ...spec,
    background: "white",
    padding: 16,
    title: { text: title, subtitle, anchor: "start", fontSize: 14, subtitlePadding: 4, offset: 16 },
    config: CONFIG,
  };
  return new View(parse(compile(whole).spec), { renderer: "none" }).toSVG();
}

/** Where it was measured, for the subtitle. */
export function placeOf({ machine, browser }) {
  const engine = browser?.replace(/\/(\d+).*/, " $1").replace("Chrome", "Chromium");
  return `${engine ?? `Node ${machine.node.slice(1)}`}, ${machine.processor}, one thread`;
}
