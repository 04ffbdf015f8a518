/**
 * The fields of onnx.proto that are read, by number; others are skipped.
 *
 * @typedef {import("./onnx-protobuf.js").Schema} Schema
 */

/** Packed data stays bytes until its size is checked against the shape. @type {Schema} */
const TENSOR = {
  1: { name: "dims", type: "integer", many: true },
  2: { name: "data_type", type: "integer" },
  4: { name: "float_data", type: "bytes" },
  5: { name: "int32_data", type: "bytes" },
  7: { name: "int64_data", type: "bytes" },
  8: { name: "name", type: "string" },
  9: { name: "raw_data", type: "bytes" },
  10: { name: "double_data", type: "bytes" },
  13: { name: "external_data", type: "bytes", many: true },
  14: { name: "data_location", type: "integer" },
};

/** Subgraphs are detected and refused, not read. @type {Schema} */
const ATTRIBUTE = {
  1: { name: "name", type: "string" },
  2: { name: "f", type: "float" },
  3: { name: "i", type: "integer" },
  4: { name: "s", type: "string" },
  5: { name: "t", type: TENSOR },
  6: { name: "g", type: "bytes" },
  7: { name: "floats", type: "float", many: true },
  8: { name: "ints", type: "integer", many: true },
  11: { name: "graphs", type: "bytes", many: true },
};

/** @type {Schema} */
const NODE = {
  1: { name: "input", type: "string", many: true },
  2: { name: "output", type: "string", many: true },
  3: { name: "name", type: "string" },
  4: { name: "op_type", type: "string" },
  5: { name: "attribute", type: ATTRIBUTE, many: true },
  7: { name: "domain", type: "string" },
};

/** @type {Schema} */
const DIMENSION = { 1: { name: "dim_value", type: "integer" } };

/** @type {Schema} */
const SHAPE = { 1: { name: "dim", type: DIMENSION, many: true } };

/** @type {Schema} */
const TENSOR_TYPE = {
  1: { name: "elem_type", type: "integer" },
  2: { name: "shape", type: SHAPE },
};

/** @type {Schema} */
const TYPE = { 1: { name: "tensor_type", type: TENSOR_TYPE } };

/** @type {Schema} */
const VALUE = { 1: { name: "name", type: "string" }, 2: { name: "type", type: TYPE } };

/** @type {Schema} */
export const GRAPH = {
  1: { name: "node", type: NODE, many: true },
  5: { name: "initializer", type: TENSOR, many: true },
  11: { name: "input", type: VALUE, many: true },
  12: { name: "output", type: VALUE, many: true },
  15: { name: "sparse_initializer", type: "bytes", many: true },
};

/** @type {Schema} */
const OPERATORS = {
  1: { name: "domain", type: "string" },
  2: { name: "version", type: "integer" },
};

/** Of a function in the file, only its name. @type {Schema} */
const FUNCTION = {
  1: { name: "name", type: "string" },
  10: { name: "domain", type: "string" },
};

/**
 * The graph stays bytes until the file is known to be a model.
 * @type {Schema}
 */
export const MODEL = {
  1: { name: "ir_version", type: "integer" },
  7: { name: "graph", type: "bytes" },
  8: { name: "opset_import", type: OPERATORS, many: true },
  25: { name: "functions", type: FUNCTION, many: true },
};
