/**
 * @typedef {import("./model-file.js").ModelFile} ModelFile
 * @typedef {import("./checkpoint.js").ForeignTensor} ForeignTensor
 */

/**
 * Scales the columns of the item table of candidate generation to one size, and the last tower
 * layer's outputs by the inverse. Inner products stay the same, and int8 with one scale per row
 * loses less: a larger column, such as a bias, would leave the other columns few steps.
 *
 * @param {ModelFile} file
 * @returns {ModelFile} the same file where that is not possible
 */
export function balanced(file) {
  const { description, tensors } = file;
  const table = tensors.get("item.embedding");
  const layer = lastLayer(tensors);
  if (description.kind !== "candidates" || description.normalize === "l2") return file;
  if (!table || !layer || !isHomogeneous(description, layer.index)) return file;
  const { index, weight, bias } = layer;
  const factors = columnFactors(table);
  const [width, inputs] = [table.shape[1], weight.shape[1]];
  const scaled = new Map(tensors);
  scaled.set("item.embedding", {
    shape: table.shape,
    values: table.values.map((value, at) => value / factors[at % width]),
  });
  scaled.set(`tower.${index}.weight`, {
    shape: weight.shape,
    values: weight.values.map((value, at) => value * factors[Math.floor(at / inputs)]),
  });
  if (bias)
    scaled.set(`tower.${index}.bias`, {
      shape: bias.shape,
      values: bias.values.map((value, k) => value * factors[k]),
    });
  return { ...file, tensors: scaled };
}

/**
 * Each column's largest magnitude, relative to the median; 1 for columns of zeros.
 *
 * @param {ForeignTensor} table (rows, width)
 */
function columnFactors({ shape: [rows, width], values }) {
  const max = new Float64Array(width);
  for (let at = 0; at < rows * width; at++)
    max[at % width] = Math.max(max[at % width], Math.abs(values[at]));
  const median = [...max].sort((a, b) => a - b)[Math.floor(width / 2)];
  return max.map((value) => (value > 0 && median > 0 ? value / median : 1));
}

/** @param {ModelFile["tensors"]} tensors */
function lastLayer(tensors) {
  let index = 0;
  while (tensors.has(`tower.${index + 1}.weight`)) index++;
  const weight = tensors.get(`tower.${index}.weight`);
  return weight && { index, weight, bias: tensors.get(`tower.${index}.bias`) };
}

/**
 * Whether f(s x) = s f(x) for s > 0 holds for the activation of a layer.
 *
 * @param {Record<string, any>} description
 * @param {number} index of the layer
 */
function isHomogeneous({ activation = "relu" }, index) {
  const name = typeof activation === "string" ? activation : activation[index];
  return ["relu", "identity"].includes(name);
}
