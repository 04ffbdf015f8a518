// Writes ONNX files for tests, independently of the reader.
import { PbfWriter } from "pbf";

/** TensorProto.DataType. */
export const FLOAT = 1;
export const UINT8 = 2;
export const INT8 = 3;
export const INT32 = 6;
export const INT64 = 7;
export const BOOL = 9;
export const HALF = 10;
export const DOUBLE = 11;
export const BFLOAT16 = 16;

/**
 * @param {object} model
 * @param {{ name: string, shape: (number | null)[], type?: number }[]} model.inputs
 * @param {string[]} model.outputs
 * @param {object[]} model.nodes { op, inputs, outputs, attributes }
 * @param {Record<string, object>} model.tensors { shape, values } or as tensorFields takes them
 * @param {[string, number][]} [model.operators] versions by domain
 * @param {[string, string][]} [model.functions] domain and name
 */
export function writeOnnx(model) {
  const writer = new PbfWriter();
  writer.writeVarintField(1, 8);
  writer.writeStringField(2, "pocketrec's tests");
  writer.writeMessage(7, writeGraph, model);
  for (const [domain, version] of model.operators ?? [])
    writer.writeMessage(8, writeOperators, { domain, version });
  for (const [domain, name] of model.functions ?? [])
    writer.writeMessage(25, writeFunction, { domain, name });
  return writer.finish().slice();
}

function writeOperators({ domain, version }, writer) {
  writer.writeStringField(1, domain);
  writer.writeVarintField(2, version);
}

function writeFunction({ domain, name }, writer) {
  writer.writeStringField(1, name);
  writer.writeStringField(10, domain);
}

function writeGraph({ inputs, outputs, nodes, tensors = {} }, writer) {
  for (const node of nodes) writer.writeMessage(1, writeNode, node);
  writer.writeStringField(2, "graph");
  for (const [name, tensor] of Object.entries(tensors))
    writer.writeMessage(5, writeTensor, { name, ...tensor });
  for (const input of inputs) writer.writeMessage(11, writeValue, input);
  for (const name of outputs) writer.writeMessage(12, writeValue, { name, shape: [null] });
}

function writeNode({ op, inputs = [], outputs = [], attributes = {}, domain }, writer) {
  for (const name of inputs) writer.writeStringField(1, name);
  for (const name of outputs) writer.writeStringField(2, name);
  writer.writeStringField(4, op);
  for (const [name, value] of Object.entries(attributes))
    writer.writeMessage(5, writeAttribute, { name, value });
  if (domain) writer.writeStringField(7, domain);
}

/** A whole number, { float }, { tensor }, { graph }, or a list of whole numbers. */
function writeAttribute({ name, value }, writer) {
  writer.writeStringField(1, name);
  if (typeof value === "number") writer.writeVarintField(3, value);
  else if (Array.isArray(value)) value.forEach((number) => writer.writeVarintField(8, number));
  else if ("float" in value) writer.writeFloatField(2, value.float);
  else if (value.tensor) writer.writeMessage(5, writeTensor, value.tensor);
  else if (value.graph) writer.writeMessage(6, writeGraph, value.graph);
}

/**
 * type: of raw data, float by default; packed: the field that holds the values instead; external:
 * the path of another file with the values.
 */
function writeTensor({ name, shape, values = [], type = FLOAT, packed, raw, external }, writer) {
  shape.forEach((size) => writer.writeVarintField(1, size));
  writer.writeVarintField(2, type);
  if (packed === 4) writer.writePackedFloat(4, values);
  else if (packed === 10) writer.writePackedDouble(10, values);
  else if (packed) writer.writePackedVarint(packed, values);
  if (name !== undefined) writer.writeStringField(8, name);
  if (!packed && !external) writer.writeBytesField(9, raw ?? rawOf(values, type));
  if (!external) return;
  writer.writeMessage(
    13,
    (path, entry) => (entry.writeStringField(1, "location"), entry.writeStringField(2, path)),
    external,
  );
  writer.writeVarintField(14, 1);
}

function rawOf(values, type) {
  const arrays = {
    [FLOAT]: Float32Array,
    [UINT8]: Uint8Array,
    [INT8]: Int8Array,
    [BOOL]: Uint8Array,
    [INT32]: Int32Array,
    [DOUBLE]: Float64Array,
  };
  const array = type === INT64 ? BigInt64Array.from(values, BigInt) : arrays[type].from(values);
  return new Uint8Array(array.buffer);
}

function writeValue({ name, shape, type = FLOAT }, writer) {
  writer.writeStringField(1, name);
  const write = (_, message) => message.writeMessage(1, writeTensorType, { shape, type });
  writer.writeMessage(2, write, undefined);
}

function writeTensorType({ shape, type }, writer) {
  writer.writeVarintField(1, type);
  writer.writeMessage(
    2,
    (sizes, dims) => sizes.forEach((size) => dims.writeMessage(1, writeDimension, size)),
    shape,
  );
}

function writeDimension(size, writer) {
  if (size === null) writer.writeStringField(2, "batch");
  else writer.writeVarintField(1, size);
}
