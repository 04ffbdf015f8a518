// Writes pickles opcode by opcode, valid and invalid ones.

const latin1 = (text) => Buffer.from(text, "latin1");
const uint32 = (value) => Buffer.from(Uint32Array.of(value).buffer);
const uint64 = (value) => Buffer.from(BigUint64Array.of(value).buffer);

export const op = {
  mark: "(",
  stop: ".",
  reduce: "R",
  build: "b",
  tuple: "t",
  tuple1: "\x85",
  tuple2: "\x86",
  tuple3: "\x87",
  list: "]",
  dict: "}",
  append: "a",
  setItem: "s",
  setItems: "u",
  none: "N",
  true: "\x88",
  false: "\x89",
  empty: ")",
  pop: "0",
  dup: "2",
  newObject: "\x81",
  stackGlobal: "\x93",
  object: "o",
  persistent: "Q",
  global: (module, name) => `c${module}\n${name}\n`,
  inst: (module, name) => `i${module}\n${name}\n`,
  get: (index) => Buffer.concat([latin1("j"), uint32(index)]),
  put: (index) => Buffer.concat([latin1("r"), uint32(index)]),
  int: (value) => Buffer.concat([latin1("J"), Buffer.from(Int32Array.of(value).buffer)]),
  text: (value) =>
    Buffer.concat([latin1("X"), uint32(Buffer.byteLength(value)), Buffer.from(value)]),
  frame: (length) => Buffer.concat([latin1("\x95"), uint64(length)]),
  bytes8: (length) => Buffer.concat([latin1("\x8e"), uint64(length)]),
  long4: (length) => Buffer.concat([latin1("\x8b"), uint32(length)]),
};

export function pickle(...parts) {
  const written = ["\x80\x02", ...parts, op.stop].map((part) =>
    typeof part === "string" ? latin1(part) : part,
  );
  return new Uint8Array(Buffer.concat(written));
}

const ints = (values) => ["(", ...values.map(op.int), "t"];

/** A view of a storage of floats, as torch.save writes it. */
export function tensor({ key = "0", count, offset = 0, shape, strides, type = "FloatStorage" }) {
  return [
    op.global("torch._utils", "_rebuild_tensor_v2"),
    "(",
    "(",
    op.text("storage"),
    op.global("torch", type),
    op.text(key),
    op.text("cpu"),
    op.int(count),
    "t",
    op.persistent,
    op.int(offset),
    ...ints(shape),
    ...ints(strides),
    op.false,
    op.global("collections", "OrderedDict"),
    op.empty,
    op.reduce,
    "t",
    op.reduce,
  ];
}

/** A dict of names to the opcodes of values. */
export function dict(entries) {
  const items = Object.entries(entries).flatMap(([name, value]) => [op.text(name), ...value]);
  return [op.dict, op.mark, ...items, op.setItems];
}

/** An object of a class with attributes: { name: opcodes }. */
export const object = (module, name, attributes) => [
  op.global(module, name),
  op.empty,
  op.newObject,
  ...dict(attributes),
  op.build,
];

/** A double. */
export const double = (value) => {
  const bytes = Buffer.alloc(9);
  bytes.write("G", "latin1");
  bytes.writeDoubleBE(value, 1);
  return [bytes];
};

/** An array of numpy of doubles. */
export function ndarray(shape, values) {
  const data = Buffer.from(Float64Array.from(values).buffer);
  return [
    op.global("numpy.core.numeric", "_frombuffer"),
    "(",
    Buffer.concat([latin1("B"), uint32(data.length), data]),
    op.global("numpy", "dtype"),
    ...[op.text("f8"), op.false, op.true, op.tuple3, op.reduce],
    ...ints(shape),
    ...[op.text("C"), "t", op.reduce],
  ];
}
