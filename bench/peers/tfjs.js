// TensorFlow.js on its WebAssembly backend, with its fused operations.
import { assetsOf } from "#platform";
import { readSafetensors, writeSafetensors } from "../../tests/lib/safetensors.js";
import { depth } from "../models/neumf.js";
import { columns, transposed } from "../models/tensors.js";
import { rememberUserHalf, userTensors } from "./user-half.js";

const file = "tfjs.js";
const pack = async (tensors) => ({ weights: writeSafetensors(tensors) });

export const peers = [
  { name: "tfjs wasm", file, pack, load: (parts) => load(parts, wholeLogit) },
  { name: "tfjs wasm, hoisted", file, pack, load: (parts) => load(parts, hoistedLogit) },
];

/** TensorFlow.js, `hold` to keep a tensor, and `dispose` to free those. */
export async function start() {
  const tf = await import("@tensorflow/tfjs-core");
  const { setWasmPaths } = await import("@tensorflow/tfjs-backend-wasm");
  const folder = assetsOf("@tensorflow/tfjs-backend-wasm/dist");
  if (folder) setWasmPaths(folder);
  await tf.setBackend("wasm");
  const held = [];
  const hold = ({ shape, data }) => held[held.push(tf.tensor(data, shape)) - 1];
  return { tf, hold, dispose: () => tf.dispose(held) };
}

async function load({ weights }, prepareLogit) {
  const { tf, hold, dispose } = await start();
  const logit = prepareLogit(tf, readSafetensors(weights), hold);
  return {
    score(userRow, itemRows) {
      const result = tf.tidy(() => {
        const items = tf.tensor1d(
          new Int32Array(itemRows.buffer, itemRows.byteOffset, itemRows.length),
          "int32",
        );
        return tf.sigmoid(logit(userRow, items));
      });
      // Read outside tidy, which would walk through every number of its result.
      const scores = result.dataSync();
      result.dispose();
      return scores;
    },
    dispose,
  };
}

function wholeLogit(tf, tensors, hold) {
  const [gmfUser, gmfItem] = [hold(tensors["gmf.user"]), hold(tensors["gmf.item"])];
  const [mlpUser, mlpItem] = [hold(tensors["mlp.user"]), hold(tensors["mlp.item"])];
  const tower = layers(tf, tensors, hold, 0);
  const output = [hold(transposed(tensors["output.weight"])), hold(tensors["output.bias"])];
  return (userRow, items) => {
    const user = tf.tensor1d([userRow], "int32");
    const gmf = tf.mul(tf.gather(gmfUser, user), tf.gather(gmfItem, items));
    const users = tf.tile(tf.gather(mlpUser, user), [items.shape[0], 1]);
    const hidden = tower(tf.concat([users, tf.gather(mlpItem, items)], 1));
    return dense(tf, tf.concat([gmf, hidden], 1), ...output);
  };
}

function hoistedLogit(tf, tensors, hold) {
  const head = tensors["output.weight"];
  const gmfWidth = tensors["gmf.item"].shape[1];
  const inputs = tensors["mlp.layers.0.weight"].shape[1];
  const [gmfItem, mlpItem] = [hold(tensors["gmf.item"]), hold(tensors["mlp.item"])];
  const itemWeight = columns(tensors["mlp.layers.0.weight"], inputs - mlpItem.shape[1], inputs);
  const firstWeight = hold(transposed(itemWeight));
  const tower = layers(tf, tensors, hold, 1);
  const towerWeight = hold(transposed(columns(head, gmfWidth, head.shape[1])));
  const outputBias = hold(tensors["output.bias"]);
  const halfOf = rememberUserHalf(userTensors(tensors));
  return (userRow, items) => {
    const { userHidden, gmfWeight } = halfOf(userRow);
    const bias = tf.tensor1d(userHidden, "float32");
    const hidden = tower(dense(tf, tf.gather(mlpItem, items), firstWeight, bias, "relu"));
    const gmf = tf.matMul(tf.gather(gmfItem, items), tf.tensor2d(gmfWeight, [gmfWidth, 1]));
    return tf.add(gmf, dense(tf, hidden, towerWeight, outputBias));
  };
}

function layers(tf, tensors, hold, first) {
  const tower = [];
  for (let layer = first; layer < depth(tensors); layer++) {
    const name = `mlp.layers.${layer}`;
    tower.push([hold(transposed(tensors[`${name}.weight`])), hold(tensors[`${name}.bias`])]);
  }
  return (hidden) =>
    tower.reduce((values, [weight, bias]) => dense(tf, values, weight, bias, "relu"), hidden);
}

export function dense(tf, a, b, bias, activation = "linear") {
  return tf.fused.matMul({ a, b, bias, activation });
}
