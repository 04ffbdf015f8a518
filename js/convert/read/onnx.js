import { halfToNumber } from "../../file/dtypes.js";
import { brainToNumber } from "../dtypes.js";
import { PbfReader } from "pbf";
import { PocketrecError, show } from "../../common/errors.js";
import { sortNodes } from "./onnx-order.js";
import { decode } from "./onnx-protobuf.js";
import { GRAPH, MODEL } from "./onnx-schema.js";

/**
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../checkpoint.js").GraphNode} GraphNode
 * @typedef {import("./onnx-protobuf.js").Message} Message
 */

/** A tensor of more axes than any of these models has. */
const AXES_MAX = 8;

/**
 * TensorProto.DataType: bytes of a value in raw_data, the field that holds values otherwise, and
 * how one is read.
 */
const TYPES =
  /** @type {Record<number, { bytes: number, field: string, read: (view: DataView, at: number) => number }>} */ ({
    1: { bytes: 4, field: "float_data", read: (view, at) => view.getFloat32(at, true) },
    2: { bytes: 1, field: "int32_data", read: (view, at) => view.getUint8(at) },
    3: { bytes: 1, field: "int32_data", read: (view, at) => view.getInt8(at) },
    6: { bytes: 4, field: "int32_data", read: (view, at) => view.getInt32(at, true) },
    7: { bytes: 8, field: "int64_data", read: (view, at) => Number(view.getBigInt64(at, true)) },
    9: { bytes: 1, field: "int32_data", read: (view, at) => Number(view.getUint8(at) !== 0) },
    10: {
      bytes: 2,
      field: "int32_data",
      read: (view, at) => halfToNumber(view.getUint16(at, true)),
    },
    11: { bytes: 8, field: "double_data", read: (view, at) => view.getFloat64(at, true) },
    16: {
      bytes: 2,
      field: "int32_data",
      read: (view, at) => brainToNumber(view.getUint16(at, true)),
    },
  });

/**
 * Reads an ONNX model: a protobuf of a graph and its weights. Nothing in it runs; what it leaves to
 * other files is refused.
 * @param {Uint8Array} bytes
 * @returns {Checkpoint}
 */
export function readOnnx(bytes) {
  const graph = decode(graphOf(bytes), GRAPH, "graph");
  if (graph.sparse_initializer.length) {
    throw new PocketrecError(
      "unsupported",
      "graph",
      "dense initializers",
      `${graph.sparse_initializer.length} sparse ones`,
    );
  }
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  for (const proto of graph.initializer)
    keep(tensors, proto.name ?? "", tensorOf(proto, proto.name ?? ""));
  const nodes = [];
  for (const proto of graph.node) {
    const node = nodeOf(proto);
    if (node.op === "Constant") keep(tensors, node.outputs[0] ?? "", constantOf(proto, node));
    else nodes.push(node);
  }
  // Older files list the initializers among the inputs.
  const inputs = graph.input
    .map(inputOf)
    .filter((/** @type {{ name: string }} */ { name }) => !tensors.has(name));
  const outputs = graph.output.map((/** @type {Message} */ proto) => proto.name ?? "");
  return {
    format: "onnx",
    tensors,
    classes: new Map(),
    settings: {},
    graph: {
      inputs,
      outputs,
      nodes: sortNodes(
        nodes,
        inputs.map((/** @type {{ name: string }} */ { name }) => name),
        tensors,
        outputs,
      ),
    },
  };
}

/**
 * The bytes of the graph, once the file has turned out to be a model.
 * @param {Uint8Array} bytes
 */
function graphOf(bytes) {
  let model;
  try {
    model = decode(bytes, MODEL, "model");
  } catch (cause) {
    // A model begins with the version of its format, in field 1: what does so and ends too early is
    // a part of one.
    if (bytes[0] === 0x08 && cause instanceof PocketrecError && cause.code === "truncated")
      throw cause;
    throw new PocketrecError("unknown-format", "file", "an ONNX model", "something else", {
      cause,
    });
  }
  if (model.ir_version >= 1 && model.ir_version < 1000 && model.graph) return model.graph;
  throw new PocketrecError(
    "unknown-format",
    "file",
    "an ONNX model with a graph",
    "something else",
  );
}

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {string} name
 * @param {ForeignTensor} tensor
 */
function keep(tensors, name, tensor) {
  if (tensors.has(name))
    throw new PocketrecError("duplicate-tensor", show(name), "the name once", "it twice");
  tensors.set(name, tensor);
}

/** @param {Message} proto */
function inputOf(proto) {
  const dims = proto.type?.tensor_type?.shape?.dim ?? [];
  if (dims.length > AXES_MAX) {
    throw new PocketrecError(
      "bad-shape",
      show(proto.name),
      `at most ${AXES_MAX} axes`,
      `${dims.length}`,
    );
  }
  const shape = dims.map((/** @type {Message} */ { dim_value: size }) => (size > 0 ? size : null));
  return { name: proto.name ?? "", shape };
}

/**
 * @param {Message} proto
 * @returns {GraphNode}
 */
function nodeOf(proto) {
  const { domain = "", op_type = "", input: inputs, output: outputs } = proto;
  const op = domain === "" || domain === "ai.onnx" ? op_type : `${domain}.${op_type}`;
  /** @type {Map<string, number | string | number[]>} */
  const attributes = new Map();
  for (const attribute of proto.attribute) {
    const { name = "" } = attribute;
    if (attribute.g || attribute.graphs.length) {
      throw new PocketrecError(
        "unsupported",
        `${op} ${show(proto.name ?? outputs[0])}`,
        "a graph without branches and loops",
        "a subgraph",
      );
    }
    if (attributes.has(name)) {
      throw new PocketrecError(
        "bad-header",
        `${op} ${show(outputs[0])}`,
        "each attribute once",
        `${show(name)} twice`,
      );
    }
    attributes.set(name, valueOf(attribute));
  }
  return { op, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

/**
 * @param {Message} attribute one value of the kind that it has; of a tensor, which only a Constant
 *   may have, none
 */
function valueOf(attribute) {
  return (
    attribute.i ??
    attribute.f ??
    attribute.s ??
    (attribute.ints.length ? attribute.ints : attribute.floats)
  );
}

/**
 * @param {Message} proto
 * @param {GraphNode} node
 * @returns {ForeignTensor}
 */
function constantOf(proto, node) {
  const [name = ""] = node.outputs;
  const [attribute] = proto.attribute;
  if (attribute?.name === "value" && attribute.t) return tensorOf(attribute.t, name);
  const value = Object.values(node.attributes)[0];
  if (typeof value === "number") return { shape: [], values: Float32Array.of(value) };
  if (Array.isArray(value)) return { shape: [value.length], values: Float32Array.from(value) };
  throw new PocketrecError(
    "unsupported",
    `Constant ${show(name)}`,
    "a tensor or numbers",
    show(attribute?.name),
  );
}

/**
 * @param {Message} proto
 * @param {string} name
 * @returns {ForeignTensor}
 */
function tensorOf(proto, name) {
  const subject = show(name);
  if (proto.data_location || proto.external_data.length) {
    throw new PocketrecError(
      "unsupported",
      subject,
      "weights inside the file",
      "a reference to another file",
      {
        hint: "onnx.save_model(model, path, save_as_external_data=False) writes one file.",
      },
    );
  }
  const type = Object.hasOwn(TYPES, proto.data_type) ? TYPES[proto.data_type] : undefined;
  if (!type) {
    throw new PocketrecError(
      "bad-dtype",
      subject,
      "float, double, float16, bfloat16, int32, int64, int8, uint8 or bool",
      `TensorProto.DataType ${show(proto.data_type)}`,
    );
  }
  const shape = proto.dims;
  const count = shape.reduce(
    (/** @type {number} */ product, /** @type {number} */ n) => product * n,
    1,
  );
  if (
    shape.length > AXES_MAX ||
    !shape.every((/** @type {number} */ n) => Number.isSafeInteger(n) && n >= 0) ||
    !Number.isSafeInteger(count)
  ) {
    throw new PocketrecError(
      "bad-shape",
      subject,
      `at most ${AXES_MAX} sizes, and values that can be counted`,
      show(shape),
    );
  }
  const isRaw = proto.raw_data !== undefined;
  const isPacked = !isRaw && type.field.startsWith("int");
  const bytes = proto.raw_data ?? proto[type.field] ?? new Uint8Array(0);
  const size = isPacked ? countVarints(bytes) : bytes.length / type.bytes;
  if (size !== count) {
    throw new PocketrecError(
      "bad-shape",
      subject,
      `${count} values for ${show(shape)}`,
      `${bytes.length} bytes that hold ${size}`,
    );
  }
  return {
    shape,
    values: isPacked ? readVarints(bytes, count, type) : readRaw(bytes, count, type),
  };
}

/**
 * @param {Uint8Array} bytes
 * @param {number} count
 * @param {typeof TYPES[number]} type
 */
function readRaw(bytes, count, type) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = type.read(view, i * type.bytes);
  return values;
}

/** @param {Uint8Array} bytes varints, each of which ends with a byte below 128 */
function countVarints(bytes) {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] < 128) count++;
  return count;
}

/**
 * Whole numbers, or the bits of what is narrower, one a varint.
 * @param {Uint8Array} bytes
 * @param {number} count
 * @param {typeof TYPES[number]} type
 */
function readVarints(bytes, count, type) {
  const reader = new PbfReader(bytes);
  const values = new Float32Array(count);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < count; i++) {
    view.setBigInt64(0, BigInt(reader.readVarint(true)), true);
    values[i] = type.read(view, 0);
  }
  return values;
}
