// NeuMF as a TensorFlow Lite graph, in the three forms of onnx-graph.js. Its shapes are fixed: a
// graph scores `count` candidates.
import { depth, itemHidden } from "../models/neumf.js";
import { columns } from "../models/tensors.js";
import { INT32, RELU, TfliteWriter } from "./tflite-writer.js";

export function litertGraph(tensors, form, count) {
  const writer = new TfliteWriter();
  const items = writer.input([count], INT32);
  const graph = { writer, tensors, items, count };
  const features = form === "whole" ? wholeFeatures(graph) : hoistedFeatures(graph, form);
  const logit = writer.dense(features, count, headOf(tensors, form), tensors["output.bias"]);
  writer.output(writer.operator("LOGISTIC", [logit], [count, 1]));
  return writer.encode();
}

/** [count, gmf + tower]: all that the output weighs. */
function wholeFeatures({ writer, tensors, items, count }) {
  const users = writer.input([count], INT32);
  const row = (name, rows) => writer.gather(tensors[name], rows, count);
  const gmf = product(writer, row("gmf.user", users), row("gmf.item", items), tensors, count);
  const pair = joined(writer, row("mlp.user", users), row("mlp.item", items), [
    count,
    tensors["mlp.layers.0.weight"].shape[1],
  ]);
  const hidden = tower(writer, tensors, pair, count, 0);
  return joined(writer, gmf, hidden, [count, tensors["output.weight"].shape[1]]);
}

/** The same, where the GMF half is already multiplied by the output's weights. */
function hoistedFeatures({ writer, tensors, items, count }, form) {
  const [outputs, inputs] = tensors["mlp.layers.0.weight"].shape;
  const userHidden = writer.input([1, outputs]);
  const gmfWeight = writer.input([1, tensors["gmf.item"].shape[1]]);
  const item = tensors["mlp.item"];
  const half = columns(tensors["mlp.layers.0.weight"], inputs - item.shape[1], inputs);
  const itemHalf =
    form === "folded"
      ? writer.gather(itemHidden(tensors), items, count)
      : writer.dense(writer.gather(item, items, count), count, half);
  const options = { activation: RELU };
  const first = writer.operator("ADD", [itemHalf, userHidden], [count, outputs], options);
  const hidden = tower(writer, tensors, first, count, 1);
  const gmfItem = writer.gather(tensors["gmf.item"], items, count);
  const gmf = product(writer, gmfItem, gmfWeight, tensors, count);
  return joined(writer, gmf, hidden, [count, tensors["output.weight"].shape[1]]);
}

/** The output's weights; those of the GMF half are 1 where its rows are already multiplied. */
function headOf(tensors, form) {
  const { shape, data } = tensors["output.weight"];
  if (form === "whole") return { shape, data };
  return { shape, data: data.map((value, k) => (k < tensors["gmf.item"].shape[1] ? 1 : value)) };
}

function tower(writer, tensors, input, count, first) {
  for (let layer = first; layer < depth(tensors); layer++) {
    const name = `mlp.layers.${layer}`;
    const [weight, bias] = [tensors[`${name}.weight`], tensors[`${name}.bias`]];
    input = writer.dense(input, count, weight, bias, RELU);
  }
  return input;
}

function product(writer, a, b, tensors, count) {
  return writer.operator("MUL", [a, b], [count, tensors["gmf.item"].shape[1]]);
}

function joined(writer, a, b, shape) {
  return writer.operator("CONCATENATION", [a, b], shape, { axis: 1 });
}
