/**
 * Adam (Kingma and Ba, ICLR 2015, algorithm 1): a step along the running mean of the gradients,
 * divided by the root of the running mean of their squares.
 */
const MEAN_DECAY = 0.9;
const SQUARE_DECAY = 0.999;
const EPSILON = 1e-8;

/**
 * @param {import("./autodiff.js").Tensor[]} tensors with gradients, which each step moves
 * @param {number} rate the learning rate
 * @returns {() => void} one step
 */
export function adam(tensors, rate) {
  const states = tensors.map(({ values }) => ({
    mean: new Float64Array(values.length),
    square: new Float64Array(values.length),
  }));
  let meanLeft = 1;
  let squareLeft = 1;
  return () => {
    meanLeft *= MEAN_DECAY;
    squareLeft *= SQUARE_DECAY;
    tensors.forEach(({ values, gradient }, index) => {
      const { mean, square } = states[index];
      gradient.forEach((slope, at) => {
        mean[at] += (1 - MEAN_DECAY) * (slope - mean[at]);
        square[at] += (1 - SQUARE_DECAY) * (slope * slope - square[at]);
        // Both means start at zero; these divisions take that out.
        const [m, v] = [mean[at] / (1 - meanLeft), square[at] / (1 - squareLeft)];
        values[at] -= (rate * m) / (Math.sqrt(v) + EPSILON);
      });
    });
  };
}
