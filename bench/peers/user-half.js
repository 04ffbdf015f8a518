// The user half of a NeuMF, which the hoisted peers compute once per user.
import { columns } from "../models/tensors.js";

/** The tensors that userHalf reads, with only the user's columns of the first layer. */
export function userTensors(tensors) {
  const { "gmf.user": gmf, "mlp.user": mlp, "output.weight": output } = tensors;
  const weight = columns(tensors["mlp.layers.0.weight"], 0, mlp.shape[1]);
  const bias = tensors["mlp.layers.0.bias"];
  return {
    "gmf.user": gmf,
    "mlp.user": mlp,
    "output.weight": output,
    "user.weight": weight,
    "user.bias": bias,
  };
}

/** userHidden [d1] = W_user p + b and gmfWeight [g] = h * p, kept until the user changes. */
export function rememberUserHalf(tensors) {
  let last = { userRow: -1 };
  return (userRow) => {
    if (last.userRow !== userRow) last = { userRow, ...userHalf(tensors, userRow) };
    return last;
  };
}

function userHalf(tensors, userRow) {
  const mlp = row(tensors["mlp.user"], userRow);
  const userHidden = tensors["user.bias"].data.map((bias, out) => {
    const weight = row(tensors["user.weight"], out);
    let sum = bias;
    for (let k = 0; k < weight.length; k++) sum += weight[k] * mlp[k];
    return sum;
  });
  const gmfWeight = row(tensors["gmf.user"], userRow).map(
    (value, k) => value * tensors["output.weight"].data[k],
  );
  return { userHidden, gmfWeight };
}

function row({ shape: [, width], data }, index) {
  return data.subarray(index * width, (index + 1) * width);
}
