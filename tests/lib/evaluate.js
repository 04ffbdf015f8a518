// A small model and data for `pocketrec evaluate`, whose scores are known by heart.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";

import { pocketrec, temporaryFolder, words } from "./command-line.js";
import { fileOf } from "./weights.js";

const tensor = (shape, ...data) => ({ shape, data: Float32Array.from(data) });

/**
 * Files for the tests of one test file.
 *
 * model: writes a GMF of three users and six items with one factor: scores rise or fall with the
 * row.
 *   user 0: 0 1 2 3 4 5    user 1: 0 -1 -2 -3 -4 -5    user 2: all 0
 * data: writes a file of data. Both give its path.
 */
export function evaluationFiles() {
  const at = temporaryFolder();
  const model = (name, info = {}, more = {}) => {
    const tensors = {
      "gmf.item": tensor([6, 1], 0, 1, 2, 3, 4, 5),
      "gmf.user": tensor([3, 1], 1, -1, 0),
      "output.weight": tensor([1, 1], 1),
      ...more,
    };
    const file = fileOf({ tensors, info: { format: 1, kind: "gmf", output: "identity", ...info } });
    writeFileSync(at(name), new Uint8Array(file));
    return at(name);
  };
  const data = (name, text) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  return { at, model, data };
}

/** Runs `pocketrec evaluate` with the words of a template; gives the figures by metric. */
export function evaluate(...template) {
  const { status, stdout, stderr } = pocketrec("evaluate", ...words(...template), "--json");
  assert.equal(status, 0, stderr);
  const { metrics, popularity, ...rest } = JSON.parse(stdout);
  const byName = (figures) =>
    Object.fromEntries((figures ?? []).map(({ metric, value }) => [metric, value]));
  return { ...rest, metrics: byName(metrics), intervals: metrics, popularity: byName(popularity) };
}

/** Equal up to rounding in double precision. */
export function assertFigure(value, expected, tolerance = 1e-12) {
  assert.ok(Math.abs(value - expected) < tolerance, `${value}, expected ${expected}`);
}
