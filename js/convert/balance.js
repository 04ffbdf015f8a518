/**
 * Columns of the item table of candidate generation brought to one size, which the last layer of
 * the tower makes up for: the inner products stay what they are, and bytes with one scale a row
 * lose less. A bias, which is one more column, would otherwise leave the others few steps.
 *
 * @typedef {import("./model-file.js").ModelFile} ModelFile
 *
 * @param {ModelFile} file
 * @returns {ModelFile}
 */
export function balanced(file) {
  const { description, tensors } = file;
  const table = tensors.get("item.embedding");
  const last = lastLayer(tensors);
  if (
    description.kind !== "candidates" ||
    description.normalize === "l2" ||
    !table ||
    !last ||
    !isHomogeneous(description, last.place)
  )
    return file;
  const [rows, width] = table.shape;
  const most = new Float64Array(width);
  for (let at = 0; at < rows * width; at++)
    most[at % width] = Math.max(most[at % width], Math.abs(table.values[at]));
  const middle = [...most].sort((a, b) => a - b)[Math.floor(width / 2)];
  const factors = most.map((value) => (value > 0 && middle > 0 ? value / middle : 1));
  const { weight, bias } = last;
  const inputs = weight.shape[1];
  return {
    ...file,
    tensors: new Map([
      ...tensors,
      [
        "item.embedding",
        {
          shape: table.shape,
          values: table.values.map((value, at) => value / factors[at % width]),
        },
      ],
      [
        `tower.${last.place}.weight`,
        {
          shape: weight.shape,
          values: weight.values.map((value, at) => value * factors[Math.floor(at / inputs)]),
        },
      ],
      ...(bias
        ? /** @type {const} */ ([
            [
              `tower.${last.place}.bias`,
              { shape: bias.shape, values: bias.values.map((value, k) => value * factors[k]) },
            ],
          ])
        : []),
    ]),
  };
}

/** @param {ModelFile["tensors"]} tensors */
function lastLayer(tensors) {
  let place = 0;
  while (tensors.has(`tower.${place + 1}.weight`)) place++;
  const weight = tensors.get(`tower.${place}.weight`);
  return weight && { place, weight, bias: tensors.get(`tower.${place}.bias`) };
}

/**
 * Whether what goes into the last activation may be multiplied instead of what comes out.
 *
 * @param {Record<string, any>} description
 * @param {number} place
 */
function isHomogeneous({ activation = "relu" }, place) {
  return ["relu", "identity"].includes(
    typeof activation === "string" ? activation : activation[place],
  );
}
