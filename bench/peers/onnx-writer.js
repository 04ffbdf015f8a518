// Collects nodes and weights, and encodes them as an ONNX model.
import { readFile } from "#platform";
import protobuf from "protobufjs";
import { transposed } from "../models/tensors.js";

const IR_VERSION = 8;
const OPSET = 17;
const ATTRIBUTE_FLOAT = 1;
const ATTRIBUTE_INT = 2;
const ATTRIBUTE_STRING = 3;
export const FLOAT = 1;
export const INT32 = 6;
export const INT64 = 7;

const schema = new TextDecoder().decode(await readFile("bench/peers/onnx.proto"));
const ModelProto = protobuf.parse(schema, { keepCase: true }).root.lookupType("onnx.ModelProto");

export class OnnxWriter {
  #graph = { name: "model", node: [], initializer: [], input: [], output: [] };

  /** shape: numbers, or names of free sizes. */
  input(name, type, shape) {
    this.#graph.input.push(valueInfo(name, type, shape));
    return name;
  }

  output(name, type, shape) {
    this.#graph.output.push(valueInfo(name, type, shape));
  }

  weight(name, { shape, data }, type = FLOAT) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    this.#graph.initializer.push({ name, dims: shape, data_type: type, raw_data: bytes });
    return name;
  }

  /** Adds a node and returns the name of its output. */
  node(type, inputs, attributes = {}) {
    return this.nodes(type, inputs, 1, attributes)[0];
  }

  /** The same for a node with several outputs. */
  nodes(type, inputs, count, attributes = {}) {
    const name = `${type.toLowerCase()}_${this.#graph.node.length}`;
    const output = Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}_${i}`));
    const attribute = Object.entries(attributes).map(attributeOf);
    this.#graph.node.push({ op_type: type, name, input: inputs, output, attribute });
    return output;
  }

  encode() {
    const model = {
      ir_version: IR_VERSION,
      producer_name: "pocketrec-bench",
      graph: this.#graph,
      opset_import: [{ domain: "", version: OPSET }],
    };
    return ModelProto.encode(ModelProto.fromObject(model)).finish();
  }
}

/** A whole number, a string, or a number that is not whole. */
function attributeOf([name, value]) {
  if (typeof value === "string")
    return { name, s: new TextEncoder().encode(value), type: ATTRIBUTE_STRING };
  if (Number.isInteger(value)) return { name, i: value, type: ATTRIBUTE_INT };
  return { name, f: value, type: ATTRIBUTE_FLOAT };
}

/** Adds a relu layer of the tensors `NAME.weight` [out, in] and `NAME.bias`. */
export function denseRelu(writer, tensors, name, input) {
  const weight = writer.weight(`${name}.weight`, transposed(tensors[`${name}.weight`]));
  const bias = writer.weight(`${name}.bias`, tensors[`${name}.bias`]);
  return writer.node("Relu", [writer.node("Gemm", [input, weight, bias])]);
}

function valueInfo(name, type, shape) {
  const dim = shape.map((size) =>
    typeof size === "string" ? { dim_param: size } : { dim_value: size },
  );
  return { name, type: { tensor_type: { elem_type: type, shape: { dim } } } };
}
