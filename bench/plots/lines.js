// Time against a number that grows, a line for each runtime, from what `npm run growth` wrote.
import { median } from "../lib/statistics.js";
import { SERIES } from "../scoring/growth-tables.js";
import { lookOf, placeOf, svgOf } from "./look.js";

const HEIGHT = 220;
const LABEL_HEIGHT = 14;
/** A line that is like another of the same runtime, but for this. */
const KINDS = [
  [/, typed history, fast$/, { suffix: ", typed arrays, fast", dash: [1, 0] }],
  [/, typed history$/, { suffix: ", typed arrays", dash: [2, 3] }],
  [/, fast$/, { suffix: ", fast", dash: [1, 0] }],
  [/^pocketrec/, { suffix: "", dash: [6, 3] }],
  [/./, { suffix: "", dash: [1, 0] }],
];

/** The series of a unit that the file has: two panels in a row. */
export function lines(unit, { results, ...place }) {
  const measured = results.growth ?? results;
  const series = Object.entries(SERIES)
    .filter(([, one]) => one.unit === unit)
    .map(([name, { title }]) => ({ title, points: pointsOf(measured, name) }))
    .filter(({ points }) => points.length > 0);
  const width = series.length > 1 ? 210 : 480;
  const spacing = { row: 24, column: -45 }; // text is narrower than it is estimated
  const spec = { columns: 2, spacing, concat: series.map((one) => panel(one, unit, width)) };
  const title = `Milliseconds by the number of ${unit}s: the best 20`;
  return svgOf(spec, title, placeOf(place));
}

function pointsOf(results, name) {
  return Object.entries(results)
    .filter(([workload]) => workload.split("/")[0] === name)
    .flatMap(([workload, rows]) =>
      rows
        .filter(({ times }) => times)
        .map((row) => ({
          size: Number(workload.split("/")[1]),
          time: median(row.times),
          ...lineOf(row.name),
        })),
    );
}

function lineOf(name) {
  const { title, colour, width } = lookOf(name);
  const { suffix, dash } = KINDS.find(([pattern]) => pattern.test(name))[1];
  return { title: title + suffix, colour, width, dash };
}

function panel({ title, points }, unit, width) {
  const sizes = powersAround(points.map(({ size }) => size));
  const times = powersAround(points.map(({ time }) => time));
  const axis = (field, name, values, format) => ({
    field,
    type: "quantitative",
    title: name,
    scale: { type: "log", nice: false, domain: [values[0], values.at(-1)] },
    axis: { values, format, labelOverlap: false },
  });
  const x = axis("size", `${unit}s`, sizes, "~s");
  const y = axis("time", "milliseconds", times, "~g");
  const own = (field, type = "nominal") => ({ field, type, scale: null });
  const line = {
    x,
    y,
    color: own("colour"),
    detail: { field: "title", type: "nominal" },
    strokeWidth: own("width", "quantitative"),
  };
  const label = { x, y, color: own("colour"), text: { field: "title" } };
  return {
    title: { text: title, anchor: "start", fontSize: 13, fontWeight: "normal" },
    width,
    height: HEIGHT,
    layer: [
      {
        data: { values: points },
        mark: { type: "line" },
        encoding: { ...line, strokeDash: own("dash") },
      },
      {
        data: { values: points },
        mark: { type: "point", filled: true, size: 22, opacity: 1 },
        encoding: { x, y, color: own("colour") },
      },
      {
        data: { values: labelsOf(points, times) },
        mark: { type: "text", align: "left", dx: 7, fontSize: 12 },
        encoding: label,
      },
    ],
  };
}

/** Powers of ten from the one below the smallest to the one above the largest. */
function powersAround(values) {
  const first = Math.floor(Math.log10(Math.min(...values)) + 1e-9);
  const last = Math.ceil(Math.log10(Math.max(...values)) - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, k) => 10 ** (first + k));
}

/** The name of each line at its end. Names that would cover each other stand around their mean. */
function labelsOf(points, times) {
  const last = Math.max(...points.map(({ size }) => size));
  const ends = points.filter(({ size }) => size === last).toSorted((a, b) => a.time - b.time);
  const step = ((times.length - 1) * LABEL_HEIGHT) / HEIGHT;
  const groups = [];
  for (const end of ends) {
    groups.push([end]);
    while (groups.length > 1 && startOf(groups.at(-1), step) - endOf(groups.at(-2), step) < step)
      groups.push([...groups.splice(-2).flat()]);
  }
  return groups.flatMap((group) =>
    group.map((end, k) => ({ ...end, time: 10 ** (startOf(group, step) + k * step) })),
  );
}

/** The lowest and the highest place of a group, as powers of ten. */
function startOf(group, step) {
  const mean = group.reduce((sum, { time }) => sum + Math.log10(time), 0) / group.length;
  return mean - ((group.length - 1) * step) / 2;
}

const endOf = (group, step) => startOf(group, step) + (group.length - 1) * step;
