import { PocketrecError } from "../../common/errors.js";

/**
 * Takes a tower's layers, `tower.K.weight` and `.bias`, each with as many columns as the layer
 * before it has rows.
 *
 * @param {import("../../file/expected-tensors.js").ExpectedTensors} parts
 * @param {{ inputs: number, most: number, weight: number, bias: number }} how inputs: how many
 *   columns the first layer must have; most: layers; weight and bias: the codes of the first
 * @returns {number[]} widths
 */
export function takeTower(parts, { inputs, most, weight, bias }) {
  const widths = [];
  const columns = parts.shapeOf("tower.0.weight")[1];
  if (columns !== inputs)
    throw new PocketrecError(
      "bad-shape",
      "tower.0.weight",
      `${inputs} columns, as its features need`,
      `${columns}`,
    );
  for (let k = 0; parts.tensors.has(`tower.${k}.weight`); k++) {
    if (k === most)
      throw new PocketrecError(
        "unsupported",
        `tower.${k}.weight`,
        `at most ${most} layers`,
        "more",
      );
    const [width] = parts.need(
      `tower.${k}.weight`,
      [null, k ? widths[k - 1] : columns],
      weight + k,
    );
    parts.take(`tower.${k}.bias`, [width], bias + k);
    widths.push(width);
  }
  return widths;
}
