// Operations on tensors { shape, data } of two dimensions.

/** A function that makes tensors of normal random numbers. */
export function randomTensors(nextNormal) {
  return (shape, deviation) => {
    const data = new Float32Array(shape.reduce((product, size) => product * size, 1));
    return { shape, data: data.map(() => deviation * nextNormal()) };
  };
}

/** Columns [from, to) of a matrix. */
export function columns({ shape: [outputs, inputs], data }, from, to) {
  const part = new Float32Array(outputs * (to - from));
  for (let row = 0; row < outputs; row++) {
    part.set(data.subarray(row * inputs + from, row * inputs + to), row * (to - from));
  }
  return { shape: [outputs, to - from], data: part };
}

/** [out, in] to [in, out], the order in which the runtimes multiply. */
export function transposed({ shape: [rows, width], data }) {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < width; column++)
      result[column * rows + row] = data[row * width + column];
  }
  return { shape: [width, rows], data: result };
}
