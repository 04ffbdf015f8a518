// Mean and covariance of the users' rows, from which a fold-in starts.

/** `gmf.user_mean`, `gmf.user_covariance` and so on of a model's user tables. */
export function userStatistics(tensors) {
  const statistics = {};
  for (const part of ["gmf", "mlp"]) {
    const table = tensors[`${part}.user`];
    if (!table) continue;
    const mean = columnMeans(table);
    statistics[`${part}.user_mean`] = { shape: [mean.length], data: mean };
    statistics[`${part}.user_covariance`] = {
      shape: [mean.length, mean.length],
      data: covariance(table, mean),
    };
  }
  return statistics;
}

function columnMeans({ shape: [rows, width], data }) {
  return Float32Array.from({ length: width }, (_, k) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += data[row * width + k];
    return sum / rows;
  });
}

function covariance({ shape: [rows, width], data }, mean) {
  return Float32Array.from({ length: width * width }, (_, at) => {
    const [i, j] = [Math.floor(at / width), at % width];
    let sum = 0;
    for (let row = 0; row < rows; row++) {
      sum += (data[row * width + i] - mean[i]) * (data[row * width + j] - mean[j]);
    }
    return sum / rows;
  });
}
