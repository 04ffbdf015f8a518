// ONNX operators in float64 by their definitions: the reference for converted graphs.

/** @param {number[]} shape */
const sizeOf = (shape) => shape.reduce((product, size) => product * size, 1);

/**
 * The first output of a graph for the values of its inputs.
 * @param {object} model as writeOnnx takes it
 * @param {Record<string, { shape: number[], values: number[] }>} feeds
 */
export function runOnnx({ nodes, outputs, tensors = {} }, feeds) {
  const values = new Map(
    Object.entries({ ...tensors, ...feeds }).map(([name, { shape, values: list }]) => [
      name,
      { shape, values: Array.from(list) },
    ]),
  );
  for (const { op, inputs, outputs: made, attributes = {} } of nodes) {
    if (op === "Constant") values.set(made[0], attributes.value.tensor);
    else {
      const result = OPERATORS[op](attributes, ...inputs.map((name) => values.get(name)));
      (Array.isArray(result) ? result : [result]).forEach((value, i) => values.set(made[i], value));
    }
  }
  return values.get(outputs[0]);
}

const each = (fn) => (_, x) => ({ shape: x.shape, values: x.values.map(fn) });

function both(fn) {
  return (_, a, b) => {
    const rank = Math.max(a.shape.length, b.shape.length);
    const [left, right] = [a, b].map(({ shape }) => [
      ...new Array(rank - shape.length).fill(1),
      ...shape,
    ]);
    const shape = left.map((size, i) => Math.max(size, right[i]));
    const at = (sizes, index) =>
      sizes.reduce((sum, size, i) => sum * size + (size === 1 ? 0 : index[i]), 0);
    const values = indices(shape).map((index) =>
      fn(a.values[at(left, index)], b.values[at(right, index)]),
    );
    return { shape, values };
  };
}

/** All indices of a shape, in row-major order. */
function indices(shape) {
  return Array.from({ length: sizeOf(shape) }, (_, flat) => {
    const index = [];
    for (let i = shape.length - 1; i >= 0; i--) {
      index.unshift(flat % shape[i]);
      flat = Math.floor(flat / shape[i]);
    }
    return index;
  });
}

const offset = (shape, index) => shape.reduce((sum, size, i) => sum * size + index[i], 0);
const front = (axis, rank) => (axis < 0 ? axis + rank : axis);

function reduce(fn) {
  return ({ axes: given, keepdims = 1 }, x, input) => {
    const axes = (given ?? input.values).map((axis) => front(axis, x.shape.length));
    const groups = new Map();
    indices(x.shape).forEach((index, i) => {
      const key = index.filter((_, axis) => !axes.includes(axis)).join();
      groups.set(key, [...(groups.get(key) ?? []), x.values[i]]);
    });
    const shape = x.shape
      .map((size, i) => (axes.includes(i) ? 1 : size))
      .filter((_, i) => keepdims || !axes.includes(i));
    return { shape, values: [...groups.values()].map(fn) };
  };
}

const sum = (list) => list.reduce((total, value) => total + value, 0);

/** A matrix, or a batch of them. */
function matMul(_, a, b) {
  const [rows, inner] = a.shape.slice(-2);
  const columns = b.shape.at(-1);
  const isBatch = b.shape.length > 2;
  const lines = sizeOf(a.shape) / inner;
  const shape = [...a.shape.slice(0, -1), columns];
  const values = Array.from({ length: lines * columns }, (_, i) => {
    const line = Math.floor(i / columns);
    const column = i % columns;
    const block = isBatch ? Math.floor(line / rows) * inner : 0;
    return sum(
      Array.from(
        { length: inner },
        (_, k) => a.values[line * inner + k] * b.values[(block + k) * columns + column],
      ),
    );
  });
  return { shape, values };
}

const transpose = ({ perm }, x) => {
  const order = perm ?? [...x.shape.keys()].reverse();
  const shape = order.map((axis) => x.shape[axis]);
  const values = indices(shape).map(
    (index) =>
      x.values[
        offset(
          x.shape,
          x.shape.map((_, axis) => index[order.indexOf(axis)]),
        )
      ],
  );
  return { shape, values };
};

function concat({ axis }, ...parts) {
  const place = front(axis, parts[0].shape.length);
  const shape = parts[0].shape.slice();
  shape[place] = sum(parts.map((part) => part.shape[place]));
  const values = indices(shape).map((index) => {
    let at = index[place];
    const part = parts.find(({ shape: { [place]: size } }) => at < size || ((at -= size), false));
    return part.values[
      offset(
        part.shape,
        index.map((value, i) => (i === place ? at : value)),
      )
    ];
  });
  return { shape, values };
}

function gather({ axis = 0 }, data, index) {
  const before = data.shape.slice(0, axis);
  const after = data.shape.slice(axis + 1);
  const shape = [...before, ...index.shape, ...after];
  const values = indices(shape).map((place) => {
    const at =
      index.values[
        index.shape.length ? offset(index.shape, place.slice(axis, axis + index.shape.length)) : 0
      ];
    return data.values[
      offset(data.shape, [...place.slice(0, axis), at, ...place.slice(axis + index.shape.length)])
    ];
  });
  return { shape, values };
}

function softmax(_, x) {
  const width = x.shape.at(-1);
  const values = x.values.map((value, i) => {
    const row = x.values.slice(i - (i % width), i - (i % width) + width);
    return Math.exp(value) / sum(row.map(Math.exp));
  });
  return { shape: x.shape, values };
}

function reshape(_, x, { values }) {
  const shape = values.map((size, i) => (size === 0 ? x.shape[i] : size));
  const known = -sizeOf(shape);
  return {
    shape: shape.map((size) => (size === -1 ? sizeOf(x.shape) / known : size)),
    values: x.values,
  };
}

const squeeze = (_, x, axes) => ({
  ...x,
  shape: x.shape.filter((size, i) =>
    axes ? !axes.values.some((axis) => front(axis, x.shape.length) === i) : size !== 1,
  ),
});

function unsqueeze(_, x, { values: axes }) {
  const rank = x.shape.length + axes.length;
  const ones = axes.map((axis) => front(axis, rank));
  const sizes = [...x.shape];
  return {
    ...x,
    shape: Array.from({ length: rank }, (_, i) => (ones.includes(i) ? 1 : sizes.shift())),
  };
}

function gemm({ alpha = { float: 1 }, beta = { float: 1 }, transB = 0 }, a, b, c) {
  const product = matMul({}, a, transB ? transpose({}, b) : b);
  const scaled = each((value) => value * alpha.float)({}, product);
  return c ? both((x, y) => x + beta.float * y)({}, scaled, c) : scaled;
}

function batchNormalization({ epsilon = { float: 1e-5 } }, x, gamma, beta, mean, variance) {
  const width = x.shape[1];
  const inner = sizeOf(x.shape.slice(2));
  const values = x.values.map((value, i) => {
    const c = Math.floor(i / inner) % width;
    return (
      ((value - mean.values[c]) / Math.sqrt(variance.values[c] + epsilon.float)) * gamma.values[c] +
      beta.values[c]
    );
  });
  return { shape: x.shape, values };
}

const same = (_, x) => x;
const norm = (list) => Math.sqrt(sum(list.map((value) => value * value)));

const OPERATORS = {
  Identity: same,
  Dropout: same,
  Cast: same,
  Reshape: reshape,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Transpose: transpose,
  Flatten: ({ axis = 1 }, x) => ({
    ...x,
    shape: [sizeOf(x.shape.slice(0, axis)), sizeOf(x.shape.slice(axis))],
  }),
  Shape: (_, x) => ({ shape: [x.shape.length], values: x.shape }),
  Slice: (_, x, { values: [begin] }, { values: [end] }) => {
    const [rows, width] = x.shape;
    const shape = [rows, end - begin];
    return {
      shape,
      values: indices(shape).map(([row, column]) => x.values[row * width + begin + column]),
    };
  },
  Gather: gather,
  Concat: concat,
  MatMul: matMul,
  Gemm: gemm,
  BatchNormalization: batchNormalization,
  Softmax: softmax,
  Add: both((a, b) => a + b),
  Sub: both((a, b) => a - b),
  Mul: both((a, b) => a * b),
  Div: both((a, b) => a / b),
  Max: both(Math.max),
  Min: both(Math.min),
  Clip: (_, x, least, most) => {
    const raised = least ? both(Math.max)(_, x, least) : x;
    return most ? both(Math.min)(_, raised, most) : raised;
  },
  Equal: both((a, b) => Number(a === b)),
  Not: each((value) => Number(!value)),
  Relu: each((x) => Math.max(0, x)),
  Sigmoid: each((x) => 1 / (1 + Math.exp(-x))),
  Tanh: each(Math.tanh),
  Elu: each((x) => (x > 0 ? x : Math.expm1(x))),
  Selu: each((x) => 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x))),
  ReduceSum: reduce(sum),
  ReduceMean: reduce((list) => sum(list) / list.length),
  ReduceL2: reduce(norm),
  Sqrt: each(Math.sqrt),
  Reciprocal: each((x) => 1 / x),
  LpNormalization: (_, x) => both((a, b) => a / b)({}, x, reduce(norm)({ axes: [-1] }, x)),
};
