import { PbfReader } from "pbf";

import { PocketrecError, show } from "../../../js/common/errors.js";
import { NUMBER_TYPES, readFloats } from "../number-types.js";
import { sortNodes } from "./onnx-order.js";
import { decode } from "./onnx-protobuf.js";
import { GRAPH, MODEL } from "./onnx-schema.js";

/**
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../checkpoint.js").GraphNode} GraphNode
 * @typedef {import("./onnx-protobuf.js").Message} Message
 */

/** More axes than the tensors of any supported model. */
const AXES_MAX = 8;

/**
 * By TensorProto.DataType: the number type in raw_data, and the field that holds values otherwise.
 *
 * @type {Record<number, { name: string, field: string }>}
 */
const TYPES = {
  1: { name: "float32", field: "float_data" },
  2: { name: "uint8", field: "int32_data" },
  3: { name: "int8", field: "int32_data" },
  6: { name: "int32", field: "int32_data" },
  7: { name: "int64", field: "int64_data" },
  9: { name: "bool", field: "int32_data" },
  10: { name: "float16", field: "int32_data" },
  11: { name: "float64", field: "double_data" },
  16: { name: "bfloat16", field: "int32_data" },
};

/**
 * Reads an ONNX model: a protobuf of a graph and its weights. Nothing in it is executed; references
 * to other files are refused.
 *
 * @param {Uint8Array} bytes
 * @returns {Checkpoint}
 * @throws {PocketrecError} "unknown-format", "bad-header", "bad-dtype", "bad-shape",
 *   "duplicate-tensor", "too-large", "truncated", "unsupported"
 */
export function readOnnx(bytes) {
  const model = modelOf(bytes);
  assertKnownVersion(model);
  const graph = decode(model.graph, GRAPH, "graph");
  if (graph.sparse_initializer.length) {
    const found = `${graph.sparse_initializer.length} sparse ones`;
    throw new PocketrecError("unsupported", "graph", "dense initializers", found);
  }
  const { tensors, nodes } = constantsAndNodes(graph);
  assertNoFunctions(model, nodes);
  // Older files list the initializers among the inputs.
  const inputs = graph.input
    .map(inputOf)
    .filter((/** @type {{ name: string }} */ { name }) => !tensors.has(name));
  const outputs = graph.output.map((/** @type {Message} */ proto) => proto.name ?? "");
  const names = inputs.map((/** @type {{ name: string }} */ { name }) => name);
  const sorted = sortNodes(nodes, names, tensors, outputs);
  return {
    format: "onnx",
    tensors,
    classes: new Map(),
    settings: {},
    graph: { inputs, outputs, nodes: sorted },
  };
}

/**
 * Initializers and Constant nodes as tensors, and the other nodes.
 * @param {Message} graph
 */
function constantsAndNodes(graph) {
  /** @type {Map<string, ForeignTensor>} */
  const tensors = new Map();
  /** @type {GraphNode[]} */
  const nodes = [];
  for (const proto of graph.initializer)
    addTensor(tensors, proto.name ?? "", tensorOf(proto, proto.name ?? ""));
  for (const proto of graph.node) {
    const node = nodeOf(proto);
    if (node.op === "Constant") addTensor(tensors, node.outputs[0] ?? "", constantOf(proto, node));
    else nodes.push(node);
  }
  return { tensors, nodes };
}

/** Older operators broadcast, and tell training from inference, by attributes. */
const VERSION_MIN = 7;

/** @param {Message} model */
function assertKnownVersion({ opset_import: sets }) {
  for (const { domain = "", version } of sets) {
    if ((domain !== "" && domain !== "ai.onnx") || !(version < VERSION_MIN)) continue;
    const hint = `onnx.version_converter.convert_version(model, 13) brings it up to date.`;
    const expected = `operators of version ${VERSION_MIN} or newer`;
    throw new PocketrecError("unsupported", "opset_import", expected, `${version}`, { hint });
  }
}

/**
 * A file may define functions, which take the place of operators of their name.
 *
 * @param {Message} model
 * @param {GraphNode[]} nodes
 */
function assertNoFunctions({ functions }, nodes) {
  const names = new Set(
    functions.map((/** @type {Message} */ own) => operatorOf(own.domain, own.name)),
  );
  const call = nodes.find(({ op }) => names.has(op));
  if (!call) return;
  const expected = "operators of ONNX";
  const found = "a function that the file defines";
  throw new PocketrecError("unsupported", `${call.op} ${show(call.name)}`, expected, found);
}

/** An operator's name, with its domain if it is none of ONNX's own. @param {string} name */
const operatorOf = (domain = "", name = "") =>
  domain === "" || domain === "ai.onnx" ? name : `${domain}.${name}`;

/**
 * A file that is an ONNX model.
 * @param {Uint8Array} bytes
 */
function modelOf(bytes) {
  let model;
  try {
    model = decode(bytes, MODEL, "model");
  } catch (cause) {
    // A model starts with its version, field 1. A file that starts so and ends early is truncated.
    if (bytes[0] === 0x08 && cause instanceof PocketrecError && cause.code === "truncated")
      throw cause;
    throw notOnnx("an ONNX model", cause);
  }
  if (model.ir_version >= 1 && model.ir_version < 1000 && model.graph) return model;
  throw notOnnx("an ONNX model with a graph");
}

/**
 * @param {string} expected
 * @param {unknown} [cause]
 */
const notOnnx = (expected, cause) =>
  new PocketrecError("unknown-format", "file", expected, "something else", { cause });

/**
 * @param {Map<string, ForeignTensor>} tensors
 * @param {string} name
 * @param {ForeignTensor} tensor
 */
function addTensor(tensors, name, tensor) {
  if (tensors.has(name))
    throw new PocketrecError("duplicate-tensor", show(name), "a unique name", "a duplicate");
  tensors.set(name, tensor);
}

/** @param {Message} proto */
function inputOf(proto) {
  const dims = proto.type?.tensor_type?.shape?.dim ?? [];
  if (dims.length > AXES_MAX) {
    const expected = `at most ${AXES_MAX} axes`;
    throw new PocketrecError("bad-shape", show(proto.name), expected, `${dims.length}`);
  }
  const shape = dims.map((/** @type {Message} */ { dim_value: size }) => (size > 0 ? size : null));
  return { name: proto.name ?? "", shape, type: proto.type?.tensor_type?.elem_type ?? 0 };
}

/**
 * @param {Message} proto
 * @returns {GraphNode}
 */
function nodeOf(proto) {
  const { domain = "", op_type = "", input: inputs, output: outputs } = proto;
  const op = operatorOf(domain, op_type);
  /** @type {Map<string, number | string | number[]>} */
  const attributes = new Map();
  for (const attribute of proto.attribute) {
    const { name = "" } = attribute;
    if (attribute.g || attribute.graphs.length) {
      const expected = "a graph without branches and loops";
      const subject = `${op} ${show(proto.name ?? outputs[0])}`;
      throw new PocketrecError("unsupported", subject, expected, "a subgraph");
    }
    if (attributes.has(name)) {
      const subject = `${op} ${show(outputs[0])}`;
      const found = `${show(name)} twice`;
      throw new PocketrecError("bad-header", subject, "distinct attributes", found);
    }
    attributes.set(name, valueOf(attribute));
  }
  const name = proto.name || outputs[0] || "";
  return { op, name, inputs, outputs, attributes: Object.fromEntries(attributes) };
}

/**
 * The value of an attribute; [] for tensors, which only Constants have.
 * @param {Message} attribute
 */
const valueOf = ({ i, f, s, ints, floats }) => i ?? f ?? s ?? (ints.length ? ints : floats);

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
  const subject = `Constant ${show(name)}`;
  const found = show(attribute?.name);
  throw new PocketrecError("unsupported", subject, "a tensor or numbers", found);
}

/**
 * @param {Message} proto
 * @param {string} name
 * @returns {ForeignTensor}
 */
function tensorOf(proto, name) {
  const subject = show(name);
  if (proto.data_location || proto.external_data.length) {
    const found = "a reference to another file";
    throw new PocketrecError("unsupported", subject, "weights inside the file", found, {
      hint: "onnx.save_model(model, path, save_as_external_data=False) writes one file.",
    });
  }
  if (!Object.hasOwn(TYPES, proto.data_type)) {
    const expected = "float, double, float16, bfloat16, int32, int64, int8, uint8 or bool";
    const found = `TensorProto.DataType ${show(proto.data_type)}`;
    throw new PocketrecError("bad-dtype", subject, expected, found);
  }
  const shape = proto.dims;
  const { name: typeName, field } = TYPES[proto.data_type];
  const values = valuesOf(proto, NUMBER_TYPES[typeName], field, subject);
  return { shape, values };
}

/**
 * Values are raw, or in a field of their type: as numbers, or as varints of their bits.
 *
 * @param {Message} proto
 * @param {import("../number-types.js").NumberType} type
 * @param {string} field
 * @param {string} subject
 * @returns {Float32Array}
 */
function valuesOf(proto, type, field, subject) {
  const count = countOf(proto.dims, subject);
  const isRaw = proto.raw_data !== undefined;
  const isVarint = !isRaw && field.startsWith("int");
  const bytes = proto.raw_data ?? proto[field] ?? new Uint8Array(0);
  const stored = isVarint ? countVarints(bytes) : bytes.length / type.size;
  if (stored !== count) {
    const found = `${bytes.length} bytes that hold ${stored}`;
    const expected = `${count} values for ${show(proto.dims)}`;
    throw new PocketrecError("bad-shape", subject, expected, found);
  }
  return isVarint ? readVarints(bytes, count, type) : readFloats(type, bytes);
}

/**
 * @param {number[]} shape
 * @param {string} subject
 */
function countOf(shape, subject) {
  const count = shape.reduce((product, n) => product * n, 1);
  const isShape = shape.length <= AXES_MAX && shape.every((n) => Number.isSafeInteger(n) && n >= 0);
  if (isShape && Number.isSafeInteger(count)) return count;
  const expected = `at most ${AXES_MAX} sizes, and a number of values that can be counted`;
  throw new PocketrecError("bad-shape", subject, expected, show(shape));
}

/** @param {Uint8Array} bytes varints, each of which ends with a byte below 128 */
function countVarints(bytes) {
  let count = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] < 128) count++;
  return count;
}

/**
 * @param {Uint8Array} bytes a varint per value, of its bits
 * @param {number} count
 * @param {import("../number-types.js").NumberType} type
 */
function readVarints(bytes, count, type) {
  const reader = new PbfReader(bytes);
  const values = new Float32Array(count);
  const view = new DataView(new ArrayBuffer(8));
  for (let i = 0; i < count; i++) {
    view.setBigInt64(0, BigInt(reader.readVarint(true)), true);
    values[i] = type.get(view, 0, true);
  }
  return values;
}
