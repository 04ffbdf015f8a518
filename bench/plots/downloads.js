// What a page fetches to run a model, from what `npm run downloads` wrote.
import { NAMES, lookOf, svgOf } from "./look.js";

export function downloads({ results }) {
  const values = results.map(({ name, brotli }) => ({
    name,
    kilobytes: brotli / 1000,
    text: `${(brotli / 1000).toFixed(0)} kB`,
    colour: lookOf(name).colour,
  }));
  const y = NAMES;
  const x = {
    field: "kilobytes",
    type: "quantitative",
    title: "kB, compressed by brotli",
    axis: { grid: true },
  };
  const spec = {
    data: { values },
    width: 520,
    height: 30 * values.length,
    layer: [
      {
        mark: { type: "bar", height: 18 },
        encoding: { y, x, color: { field: "colour", type: "nominal", scale: null } },
      },
      {
        mark: { type: "text", align: "left", dx: 5, fontSize: 12 },
        encoding: { y, x, text: { field: "text" } },
      },
    ],
  };
  return svgOf(
    spec,
    "What a page fetches to run a model: scripts and WebAssembly",
    "weights excluded",
  );
}
