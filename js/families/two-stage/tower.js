import { PocketrecError } from "../../common/errors.js";

/**
 * Takes a tower's layers, `tower.K.weight` and `.bias`, each with as many columns as the layer
 * before it has rows.
 *
 * @param {import("../../file/expected-tensors.js").ExpectedTensors} expected
 * @param {{ inputs: number, maxLayers: number, weight: number, bias: number }} how inputs: how many
 *   columns the first layer must have; maxLayers: limit of layers; weight and bias: the codes of
 *   the first
 * @returns {number[]} widths
 */
export function takeTower(expected, { inputs, maxLayers, weight, bias }) {
  const widths = [];
  const columns = expected.shapeOf("tower.0.weight")[1];
  if (columns !== inputs)
    throw new PocketrecError(
      "bad-shape",
      "tower.0.weight",
      `${inputs} columns, as its features need`,
      `${columns}`,
    );
  for (let k = 0; expected.tensors.has(`tower.${k}.weight`); k++) {
    if (k === maxLayers)
      throw new PocketrecError(
        "unsupported",
        `tower.${k}.weight`,
        `at most ${maxLayers} layers`,
        "more",
      );
    const [width] = expected.need(
      `tower.${k}.weight`,
      [null, k ? widths[k - 1] : columns],
      weight + k,
    );
    expected.take(`tower.${k}.bias`, [width], bias + k);
    widths.push(width);
  }
  return widths;
}
