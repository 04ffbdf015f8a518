// U-AutoRec as graphs of other runtimes, in two forms.
import { transposed } from "../models/tensors.js";
import { FLOAT, INT32, OnnxWriter } from "../peers/onnx-writer.js";
import { INT32 as TFLITE_INT32, TfliteWriter } from "../peers/tflite-writer.js";

/**
 * dense: scores of all items for one user or more, as a framework exports it. gathered: only the
 * candidates' rows, for one user.
 */
export function autoRecOnnxGraph(tensors, form, users = 1) {
  const writer = new OnnxWriter();
  const items = tensors["decoder.0.bias"].shape[0];
  const matrix = (name) => writer.weight(name, transposed(tensors[name]));
  const vector = (name) => writer.weight(name, tensors[name]);
  const input = writer.input("ratings", FLOAT, [users, items]);
  const hidden = writer.node("Sigmoid", [
    writer.node("Gemm", [input, matrix("encoder.0.weight"), vector("encoder.0.bias")]),
  ]);
  if (form === "dense") {
    writer.output(
      writer.node("Gemm", [hidden, matrix("decoder.0.weight"), vector("decoder.0.bias")]),
      FLOAT,
      [users, items],
    );
  } else {
    const rows = writer.input("items", INT32, ["candidates"]);
    const weight = writer.node("Gather", [
      writer.weight("decoder.0.weight", tensors["decoder.0.weight"]),
      rows,
    ]);
    const bias = writer.node("Gather", [vector("decoder.0.bias"), rows]);
    writer.output(writer.node("Gemm", [hidden, weight, bias], { transB: 1 }), FLOAT, [
      1,
      "candidates",
    ]);
  }
  return writer.encode();
}

/** The same graphs for LiteRT.js; that with gathered rows is made for one number of them. */
export function autoRecLitertGraph(tensors, form, { users = 1, count }) {
  const writer = new TfliteWriter();
  const {
    "decoder.0.weight": weight,
    "decoder.0.bias": bias,
    "encoder.0.weight": encoder,
  } = tensors;
  const [items, width] = weight.shape;
  const input = writer.input([users, items]);
  const sums = writer.dense(input, users, encoder, tensors["encoder.0.bias"]);
  const hidden = writer.operator("LOGISTIC", [sums], [users, width]);
  if (form === "dense") {
    writer.output(writer.dense(hidden, users, weight, bias));
    return writer.encode();
  }
  const rows = writer.input([count], TFLITE_INT32);
  const [rowWeights, rowBiases] = [weight, bias].map((one) => writer.gather(one, rows, count));
  const products = writer.operator("FULLY_CONNECTED", [hidden, rowWeights, -1], [1, count]);
  writer.output(writer.operator("ADD", [products, rowBiases], [1, count]));
  return writer.encode();
}
