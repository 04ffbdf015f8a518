// NeuMF as an ONNX graph, in three forms:
//   whole    as a training framework exports it: both halves are computed for every candidate
//   hoisted  the user half is an input, computed once outside (user-half.js)
//   folded   hoisted, and the item half of the first layer is a precomputed table
import { depth, itemHidden } from "../models/neumf.js";
import { columns, transposed } from "../models/tensors.js";
import { denseRelu, FLOAT, INT32, OnnxWriter } from "./onnx-writer.js";

export function onnxGraph(tensors, form) {
  const writer = new OnnxWriter();
  const items = writer.input("items", INT32, ["candidates"]);
  const logit =
    form === "whole"
      ? wholeLogit(writer, tensors, items)
      : hoistedLogit(writer, tensors, items, form);
  writer.output(writer.node("Sigmoid", [logit]), FLOAT, ["candidates", 1]);
  return writer.encode();
}

function wholeLogit(writer, tensors, items) {
  const users = writer.input("users", INT32, ["candidates"]);
  const row = (name, rows) => writer.node("Gather", [writer.weight(name, tensors[name]), rows]);
  const gmf = writer.node("Mul", [row("gmf.user", users), row("gmf.item", items)]);
  let hidden = writer.node("Concat", [row("mlp.user", users), row("mlp.item", items)], { axis: 1 });
  for (let layer = 0; layer < depth(tensors); layer++)
    hidden = denseRelu(writer, tensors, `mlp.layers.${layer}`, hidden);
  const features = writer.node("Concat", [gmf, hidden], { axis: 1 });
  const weight = writer.weight("output.weight", transposed(tensors["output.weight"]));
  return writer.node("Gemm", [
    features,
    weight,
    writer.weight("output.bias", tensors["output.bias"]),
  ]);
}

function hoistedLogit(writer, tensors, items, form) {
  const gmfWidth = tensors["gmf.item"].shape[1];
  const [outputs, inputs] = tensors["mlp.layers.0.weight"].shape;
  const userHidden = writer.input("user_hidden", FLOAT, [1, outputs]);
  const gmfWeight = writer.input("gmf_weight", FLOAT, [gmfWidth, 1]);
  const row = (name, tensor) => writer.node("Gather", [writer.weight(name, tensor), items]);

  let hidden;
  if (form === "folded") {
    hidden = writer.node("Add", [row("mlp.item_hidden", itemHidden(tensors)), userHidden]);
  } else {
    const item = tensors["mlp.item"];
    const half = columns(tensors["mlp.layers.0.weight"], inputs - item.shape[1], inputs);
    const weight = writer.weight("mlp.layers.0.item_weight", transposed(half));
    hidden = writer.node("Gemm", [row("mlp.item", item), weight, userHidden]);
  }
  hidden = writer.node("Relu", [hidden]);
  for (let layer = 1; layer < depth(tensors); layer++)
    hidden = denseRelu(writer, tensors, `mlp.layers.${layer}`, hidden);

  const head = tensors["output.weight"];
  const towerWeight = transposed(columns(head, gmfWidth, head.shape[1]));
  const bias = writer.weight("output.bias", tensors["output.bias"]);
  const gmf = writer.node("Gemm", [row("gmf.item", tensors["gmf.item"]), gmfWeight, bias]);
  return writer.node("Gemm", [hidden, writer.weight("output.tower_weight", towerWeight), gmf]);
}
