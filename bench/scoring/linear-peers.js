// A dot product and EASE in each peer. load(model, count): { score(itemRows), dispose }, with the
// user vector given (dot), or with a new user of the whole history in each call (EASE). pocketrec
// gives the ranked list of the best.
import { importPocketrec } from "../lib/package.js";
import { dotFile } from "../models/dot.js";
import { itemItemFile, ITEMS, STRONGEST } from "../models/item-item.js";
import { dot } from "../peers/javascript.js";
import { start as litert } from "../peers/litert.js";
import { OnnxWriter, FLOAT, INT32 } from "../peers/onnx-writer.js";
import { start as onnxruntimeNode } from "../peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "../peers/onnxruntime-web.js";
import { RANKINGS } from "../peers/pocketrec-rows.js";
import { TfliteWriter, INT32 as TFLITE_INT32 } from "../peers/tflite-writer.js";

/** There is no tower: "fast" is the same computation. */
const pocketrecPeers = (load) =>
  RANKINGS.filter(({ name }) => !name.endsWith(", fast")).map((row) => ({
    ...row,
    load: (model) => load(model, row),
  }));

const onnxPeers = (load) => [
  { name: "onnxruntime-web", load: (model) => load(model, onnxruntimeWeb) },
  { name: "onnxruntime-node", load: (model) => load(model, onnxruntimeNode), needsNode: true },
];

export const DOT_PEERS = [
  ...pocketrecPeers(loadDot),
  ...onnxPeers(loadDotOnnx),
  { name: "LiteRT.js", load: loadDotLitert },
  { name: "plain JavaScript", load: loadDotJavascript },
];

export const ITEM_ITEM_PEERS = [
  ...pocketrecPeers(loadItemItem),
  ...onnxPeers(loadItemItemOnnx),
  { name: "LiteRT.js", load: loadItemItemLitert },
  { name: "plain JavaScript", load: loadItemItemJavascript },
];

async function loadDot(model, { simd, options }) {
  const { loadModel } = await importPocketrec();
  const loaded = await loadModel(dotFile(model), { simd });
  const user = loaded.user({ vector: model.user });
  return {
    score: (itemRows) => ranked(loaded, user, itemRows, options),
    dispose: () => loaded.dispose(),
  };
}

function ranked(model, user, itemRows, options) {
  return itemRows.length === model.itemCount
    ? model.recommend(user, options)
    : model.rank(user, itemRows, options);
}

/** The candidates' rows are gathered, as every framework exports it. */
async function loadDotOnnx({ tensors, user }, start) {
  const { ort, sessionOptions } = await start();
  const writer = new OnnxWriter();
  const rows = writer.input("items", INT32, ["candidates"]);
  const vector = writer.input("user", FLOAT, [1, user.length]);
  const gathered = (name) => writer.node("Gather", [writer.weight(name, tensors[name]), rows]);
  const scores = writer.node("Gemm", [vector, gathered("item.vector"), gathered("item.bias")], {
    transB: 1,
  });
  writer.output(scores, FLOAT, [1, "candidates"]);
  const session = await ort.InferenceSession.create(writer.encode(), sessionOptions);
  return {
    async score(itemRows) {
      const feeds = {
        user: new ort.Tensor("float32", user, [1, user.length]),
        items: new ort.Tensor("int32", signed(itemRows), [itemRows.length]),
      };
      return (await session.run(feeds))[scores].data;
    },
    dispose: () => session.release(),
  };
}

async function loadDotLitert({ tensors, user, count }) {
  const { "item.vector": vectors, "item.bias": bias } = tensors;
  const width = user.length;
  const writer = new TfliteWriter();
  const vector = writer.input([1, width]);
  const rows = writer.input([count], TFLITE_INT32);
  const items = writer.gather(vectors, rows, count);
  const biases = writer.gather(bias, rows, count);
  const products = writer.operator("FULLY_CONNECTED", [vector, items, -1], [1, count]);
  writer.output(writer.operator("ADD", [products, biases], [1, count]));
  const { run, dispose } = await (await litert()).load(writer.encode());
  return {
    score: (itemRows) =>
      run([
        [user, [1, width]],
        [signed(itemRows), [count]],
      ]),
    dispose,
  };
}

async function loadDotJavascript({ tensors, user }) {
  const { "item.vector": vectors, "item.bias": bias } = tensors;
  const score = (item) => bias.data[item] + dot(vectors.data, item * user.length, user);
  return { score: (itemRows) => Float32Array.from(itemRows, score), dispose() {} };
}

async function loadItemItem(model, { simd, options }) {
  const { loadModel } = await importPocketrec();
  const loaded = await loadModel(itemItemFile(model), { simd });
  const history = [...model.history];
  return {
    score: (itemRows) => ranked(loaded, loaded.user({ history }), itemRows, options),
    dispose: () => loaded.dispose(),
  };
}

/** The history's rows are gathered and added into the scores of all items. */
async function loadItemItemOnnx({ columns, values, history }, start) {
  const { ort, sessionOptions } = await start();
  const writer = new OnnxWriter();
  const shape = [ITEMS, STRONGEST];
  const rows = writer.input("history", INT32, ["events"]);
  const items = writer.input("items", INT32, ["candidates"]);
  const flat = writer.weight("flat", { shape: [1], data: BigInt64Array.of(-1n) }, 7);
  const gathered = (weight) =>
    writer.node("Reshape", [writer.node("Gather", [weight, rows]), flat]);
  const zeros = writer.weight("zeros", { shape: [ITEMS], data: new Float32Array(ITEMS) });
  const all = writer.node(
    "ScatterElements",
    [
      zeros,
      gathered(writer.weight("columns", { shape, data: columns }, INT32)),
      gathered(writer.weight("values", { shape, data: values })),
    ],
    { reduction: "add" },
  );
  const scores = writer.node("Gather", [all, items]);
  writer.output(scores, FLOAT, ["candidates"]);
  const session = await ort.InferenceSession.create(writer.encode(), sessionOptions);
  const events = signed(history);
  return {
    async score(itemRows) {
      const feeds = {
        history: new ort.Tensor("int32", events, [events.length]),
        items: new ort.Tensor("int32", signed(itemRows), [itemRows.length]),
      };
      return (await session.run(feeds))[scores].data;
    },
    dispose: () => session.release(),
  };
}

async function loadItemItemLitert({ columns, values, history, count }) {
  const writer = new TfliteWriter();
  const events = signed(history);
  const rows = writer.input([events.length], TFLITE_INT32);
  const items = writer.input([count], TFLITE_INT32);
  const gather = (data, type) =>
    writer.gather({ shape: [ITEMS, STRONGEST], data }, rows, events.length, type);
  const total = events.length * STRONGEST;
  const reshaped = (tensor, shape, type) =>
    writer.operator(
      "RESHAPE",
      [tensor, writer.constant([shape.length], Int32Array.from(shape))],
      shape,
      {},
      type,
    );
  // Values of equal indices are added.
  const all = writer.operator(
    "SCATTER_ND",
    [
      reshaped(gather(columns, TFLITE_INT32), [total, 1], TFLITE_INT32),
      reshaped(gather(values), [total]),
      writer.constant([1], Int32Array.of(ITEMS)),
    ],
    [ITEMS],
  );
  writer.output(writer.operator("GATHER", [all, items], [count]));
  const { run, dispose } = await (await litert()).load(writer.encode());
  return {
    score: (itemRows) =>
      run([
        [events, [events.length]],
        [signed(itemRows), [count]],
      ]),
    dispose,
  };
}

async function loadItemItemJavascript({ columns, values, history }) {
  const all = new Float32Array(ITEMS);
  return {
    score(itemRows) {
      all.fill(0);
      for (const row of history) {
        const end = (row + 1) * STRONGEST;
        for (let k = row * STRONGEST; k < end; k++) all[columns[k]] += values[k];
      }
      return Float32Array.from(itemRows, (item) => all[item]);
    },
    dispose() {},
  };
}

const signed = (rows) => new Int32Array(rows.buffer, rows.byteOffset, rows.length);
