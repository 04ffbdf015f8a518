// State dicts of PyTorch modules with scores that these gave (tests/frameworks/expect_models.py).
import { readFileSync } from "node:fs";

import { convert } from "../../cli/convert/convert.js";
import { readExpected } from "../../cli/convert/expect/lines.js";
import { writeSafetensors } from "./safetensors.js";

const models = JSON.parse(readFileSync("tests/fixtures/expect.json", "utf8"));

/** The lines of a model, header first. */
export const linesOf = (name) => models[name].lines;

/** The lines of --expect from text. */
export const expected = (lines, path = "expect.csv") =>
  readExpected(new TextEncoder().encode([lines].flat().join("\n")), path);

/** The tensors of a model, to be changed. */
export const tensorsOf = (name) =>
  Object.fromEntries(
    Object.entries(models[name].tensors).map(([key, { shape, data }]) => [
      key,
      { shape, data: Float32Array.from(data) },
    ]),
  );

/** A state dict as a file. */
export const fileOf = (tensors) => new Uint8Array(writeSafetensors(tensors));

/**
 * Converts a model, or tensors, with lines.
 *
 * @param {string | Record<string, any>} model
 * @param {string | string[]} lines
 * @param {Record<string, any>} [options]
 */
export const proved = (model, lines, options) =>
  convert(
    [{ name: "model", bytes: fileOf(typeof model === "string" ? tensorsOf(model) : model) }],
    {
      keepUsers: true,
      expect: expected(lines),
      ...options,
    },
  );

/** The lines with other fields: change(fields) gives them. */
export const changed = ([header, ...lines], change) => [
  header,
  ...lines.map((line, k) => change(line.split(","), k).join(",")),
];

/** The lines with other scores. */
export const rescored = (lines, change) =>
  changed(lines, (fields, k) => [...fields.slice(0, -1), `${change(Number(fields.at(-1)), k)}`]);

/** A row of zeros before each of the tables whose names match. */
export const padded = (tensors, pattern) =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => {
      if (!pattern.test(name)) return [name, { shape, data }];
      const [rows, width] = shape;
      const values = Float32Array.of(...new Float32Array(width), ...data);
      return [name, { shape: [rows + 1, width], data: values }];
    }),
  );
