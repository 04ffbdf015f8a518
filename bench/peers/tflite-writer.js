// Collects operators and constants, and encodes them as a TensorFlow Lite model: a FlatBuffer whose
// tables and field numbers are those of TensorFlow's schema.fbs, version 3.
import { Builder } from "flatbuffers";

export const FLOAT32 = 0;
export const INT32 = 2;

/**
 * Operators by name: their code, the type of their options in the union `BuiltinOptions`, and the
 * options that are set here, in the order of their fields, as [method of the builder, default].
 */
const OPERATORS = {
  ADD: { code: 0, options: 11, fields: { activation: ["addFieldInt8", 0] } },
  CONCATENATION: { code: 2, options: 10, fields: { axis: ["addFieldInt32", 0] } },
  FULLY_CONNECTED: { code: 9, options: 8, fields: { activation: ["addFieldInt8", 0] } },
  LOGISTIC: { code: 14, options: 0, fields: {} },
  MUL: { code: 18, options: 21, fields: { activation: ["addFieldInt8", 0] } },
  RESHAPE: { code: 22, options: 17, fields: {} },
  SOFTMAX: { code: 25, options: 9, fields: { beta: ["addFieldFloat32", 0] } },
  GATHER: { code: 36, options: 23, fields: { axis: ["addFieldInt32", 0] } },
  TRANSPOSE: { code: 39, options: 26, fields: {} },
  MEAN: { code: 40, options: 27, fields: { keepDims: ["addFieldInt8", 0] } },
  SUB: { code: 41, options: 28, fields: { activation: ["addFieldInt8", 0] } },
  TOPK_V2: { code: 48, options: 34, fields: {} },
  RSQRT: { code: 76, options: 0, fields: {} },
  SCATTER_ND: { code: 122, options: 97, fields: {} },
  BATCH_MATMUL: {
    code: 126,
    options: 101,
    fields: { transposeA: ["addFieldInt8", 0], transposeB: ["addFieldInt8", 0] },
  },
};

export const RELU = 1;

export class TfliteWriter {
  #builder = new Builder(1 << 16);
  #tensors = [];
  #operators = [];
  #inputs = [];
  #outputs = [];
  /** Buffer 0 is the empty one, of tensors without constant values. */
  #buffers = [new Uint8Array(0)];

  input(shape, type = FLOAT32) {
    const tensor = this.#tensor(shape, type, 0);
    this.#inputs.push(tensor);
    return tensor;
  }

  output(tensor) {
    this.#outputs.push(tensor);
  }

  /** A tensor of constant values: Float32Array, or Int32Array for indices and shapes. */
  constant(shape, data) {
    const bytes = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
    const buffer = this.#buffers.push(bytes) - 1;
    return this.#tensor(shape, data instanceof Int32Array ? INT32 : FLOAT32, buffer);
  }

  /** Adds an operator and returns its output, a tensor of `shape`. */
  operator(name, inputs, shape, options = {}, type = FLOAT32) {
    return this.operators(name, inputs, [[shape, type]], options)[0];
  }

  /** The same for an operator with several outputs, each `[shape, type]`. */
  operators(name, inputs, kinds, options = {}) {
    const outputs = kinds.map(([shape, type]) => this.#tensor(shape, type, 0));
    this.#operators.push({ name, inputs, outputs, options });
    return outputs;
  }

  /** A dense layer without or with a bias: `weight` (out, in), `bias` (out), `input` (rows, in). */
  dense(input, rows, weight, bias, activation = 0) {
    const constants = [weight, bias].map((one) => (one ? this.constant(one.shape, one.data) : -1));
    const shape = [rows, weight.shape[0]];
    return this.operator("FULLY_CONNECTED", [input, ...constants], shape, { activation });
  }

  /** Rows of a constant table (n, width): the result is (count, width). */
  gather({ shape, data }, rows, count, type = FLOAT32) {
    const table = this.constant(shape, data);
    return this.operator("GATHER", [table, rows], [count, ...shape.slice(1)], {}, type);
  }

  encode() {
    const { offset, names } = this.#subgraph();
    const builder = this.#builder;
    const codes = this.#tables(names.map((name) => this.#operatorCode(OPERATORS[name].code)));
    const graphs = this.#tables([offset]);
    const buffers = this.#tables(this.#buffers.map((bytes) => this.#buffer(bytes)));
    const description = builder.createString("pocketrec-bench");
    const model = this.#table(8, () => {
      builder.addFieldInt32(0, 3, 0);
      builder.addFieldOffset(1, codes, 0);
      builder.addFieldOffset(2, graphs, 0);
      builder.addFieldOffset(3, description, 0);
      builder.addFieldOffset(4, buffers, 0);
    });
    builder.finish(model, "TFL3");
    return builder.asUint8Array();
  }

  #tensor(shape, type, buffer) {
    return this.#tensors.push({ shape, type, buffer }) - 1;
  }

  #subgraph() {
    const builder = this.#builder;
    const names = [...new Set(this.#operators.map(({ name }) => name))];
    const tensors = this.#tables(this.#tensors.map((tensor, i) => this.#tensorTable(tensor, i)));
    const operators = this.#tables(this.#operators.map((one) => this.#operatorTable(one, names)));
    const [inputs, outputs] = [this.#ints(this.#inputs), this.#ints(this.#outputs)];
    const offset = this.#table(5, () => {
      builder.addFieldOffset(0, tensors, 0);
      builder.addFieldOffset(1, inputs, 0);
      builder.addFieldOffset(2, outputs, 0);
      builder.addFieldOffset(3, operators, 0);
    });
    return { offset, names };
  }

  #tensorTable({ shape, type, buffer }, index) {
    const builder = this.#builder;
    const dimensions = this.#ints(shape);
    const name = builder.createString(`tensor_${index}`);
    return this.#table(9, () => {
      builder.addFieldOffset(0, dimensions, 0);
      builder.addFieldInt8(1, type, 0);
      builder.addFieldInt32(2, buffer, 0);
      builder.addFieldOffset(3, name, 0);
    });
  }

  #operatorTable({ name, inputs, outputs, options }, names) {
    const builder = this.#builder;
    const { options: type, fields } = OPERATORS[name];
    const [from, to] = [this.#ints(inputs), this.#ints(outputs)];
    const entries = Object.entries(fields);
    const settings = this.#table(entries.length, () => {
      for (const [k, [field, [add, byDefault]]] of entries.entries())
        builder[add](k, Number(options[field] ?? byDefault), byDefault);
    });
    return this.#table(5, () => {
      builder.addFieldInt32(0, names.indexOf(name), 0);
      builder.addFieldOffset(1, from, 0);
      builder.addFieldOffset(2, to, 0);
      builder.addFieldInt8(3, type, 0);
      if (type) builder.addFieldOffset(4, settings, 0);
    });
  }

  /** The code is written twice: the first field is the one of older readers. */
  #operatorCode(code) {
    const builder = this.#builder;
    return this.#table(4, () => {
      builder.addFieldInt8(0, code, 0);
      builder.addFieldInt32(2, 1, 1);
      builder.addFieldInt32(3, code, 0);
    });
  }

  #buffer(bytes) {
    const builder = this.#builder;
    const data = bytes.length ? this.#bytes(bytes) : 0;
    return this.#table(1, () => builder.addFieldOffset(0, data, 0));
  }

  /** A vector of bytes, whose first is aligned to 16. */
  #bytes(bytes) {
    const builder = this.#builder;
    builder.prep(16, bytes.length);
    return builder.createByteVector(bytes);
  }

  #ints(numbers) {
    const builder = this.#builder;
    builder.startVector(4, numbers.length, 4);
    for (const number of numbers.toReversed()) builder.addInt32(number);
    return builder.endVector();
  }

  #tables(offsets) {
    const builder = this.#builder;
    builder.startVector(4, offsets.length, 4);
    for (const offset of offsets.toReversed()) builder.addOffset(offset);
    return builder.endVector();
  }

  #table(fields, add) {
    this.#builder.startObject(fields);
    add();
    return this.#builder.endObject();
  }
}
