// SASRec in each peer. load({ tensors }): { vector(history), dispose }; pocketrec has `begin` and
// `append` beside it: a user, and the user with one more event.
import { importPocketrec } from "../lib/package.js";
import { BLOCKS, EPSILON, sasrecFile, WIDTH } from "../models/sasrec.js";
import { transposed } from "../models/tensors.js";
import { start as litert } from "../peers/litert.js";
import { OnnxWriter, FLOAT, INT32, INT64 } from "../peers/onnx-writer.js";
import { start as onnxruntimeNode } from "../peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "../peers/onnxruntime-web.js";
import { RELU, TfliteWriter, INT32 as TFLITE_INT32 } from "../peers/tflite-writer.js";

export const PEERS = [
  { name: "pocketrec", load: (model) => loadPocketrec(model, "simd128") },
  {
    name: "pocketrec, relaxed SIMD",
    load: (model) => loadPocketrec(model, "relaxed"),
    needsRelaxedSimd: true,
  },
  ...["", ", last"].flatMap((form) => [
    { name: `onnxruntime-web${form}`, load: (model) => loadOnnx(model, onnxruntimeWeb, !!form) },
    { name: `onnxruntime-node${form}`, load: (model) => loadOnnx(model, onnxruntimeNode, !!form) },
    { name: `LiteRT.js${form}`, load: (model) => loadLitert(model, !!form) },
  ]),
];

async function loadPocketrec({ tensors }, simd) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(sasrecFile(tensors), { simd });
  return {
    begin: (history) => model.user({ history: [...history] }),
    append(user, event) {
      user.update({ add: [event] });
      return user.vector;
    },
    vector: (history) => model.user({ history: [...history] }).vector,
    dispose: () => model.dispose(),
  };
}

/**
 * The graph for histories of any length up to POSITIONS, without padding.
 *
 * @param {object} tensors
 * @param {boolean} isTrimmed whether the last block computes queries and all that follows for the
 *   last event alone, as pocketrec does; a framework exports all events
 */
function onnxGraph(tensors, isTrimmed) {
  const writer = new OnnxWriter();
  const vector = (name) => writer.weight(name, tensors[name]);
  const layer = (name, input) => {
    const product = writer.node("MatMul", [
      input,
      writer.weight(`${name}.weight`, transposed(tensors[`${name}.weight`])),
    ]);
    return writer.node("Add", [product, vector(`${name}.bias`)]);
  };
  const norm = (name, input) =>
    writer.node(
      "LayerNormalization",
      [input, vector(`${name}.norm.weight`), vector(`${name}.norm.bias`)],
      { epsilon: EPSILON, axis: -1 },
    );
  const events = writer.input("history", INT32, ["events"]);
  const positions = writer.input("positions", INT32, ["events"]);
  const mask = writer.input("mask", FLOAT, ["events", "events"]);
  const last = writer.weight("last", { shape: [1], data: BigInt64Array.of(-1n) }, INT64);
  const scale = { shape: [1], data: Float32Array.of(1 / Math.sqrt(WIDTH)) };
  const factor = writer.weight("factor", scale);
  const items = writer.node("Gather", [vector("item.embedding"), events]);
  const places = writer.node("Gather", [vector("position.embedding"), positions]);
  let x = norm("embedding", writer.node("Add", [items, places]));
  for (let k = 0; k < BLOCKS; k++) {
    const name = `blocks.${k}`;
    const isLast = isTrimmed && k === BLOCKS - 1;
    const asked = isLast ? writer.node("Gather", [x, last]) : x;
    const keys = writer.node("Transpose", [layer(`${name}.key`, x)]);
    const products = writer.node("MatMul", [layer(`${name}.query`, asked), keys]);
    const scaled = writer.node("Mul", [products, factor]);
    const shares = writer.node("Softmax", [isLast ? scaled : writer.node("Add", [scaled, mask])]);
    const mixed = writer.node("MatMul", [shares, layer(`${name}.value`, x)]);
    x = norm(`${name}.attention`, writer.node("Add", [asked, layer(`${name}.attention`, mixed)]));
    const inner = writer.node("Relu", [layer(`${name}.feed.0`, x)]);
    x = norm(`${name}.feed`, writer.node("Add", [x, layer(`${name}.feed.1`, inner)]));
  }
  if (!isTrimmed) x = writer.node("Gather", [x, last]);
  writer.output(x, FLOAT, [1, WIDTH]);
  return { bytes: writer.encode(), output: x };
}

async function loadOnnx({ tensors }, start, isTrimmed) {
  const { ort, sessionOptions } = await start();
  const { bytes, output } = onnxGraph(tensors, isTrimmed);
  const session = await ort.InferenceSession.create(bytes, sessionOptions);
  return {
    async vector(history) {
      const count = history.length;
      const feeds = {
        history: new ort.Tensor("int32", Int32Array.from(history), [count]),
        positions: new ort.Tensor(
          "int32",
          Int32Array.from(history, (_, i) => i),
          [count],
        ),
        mask: new ort.Tensor("float32", causalMask(count), [count, count]),
      };
      return (await session.run(feeds))[output].data;
    },
    dispose: () => session.release(),
  };
}

const masks = new Map();

/** 0 where event j is not after event i, else a large negative number. */
function causalMask(count) {
  if (!masks.has(count)) {
    const mask = Float32Array.from({ length: count * count }, (_, at) =>
      at % count > Math.floor(at / count) ? -1e9 : 0,
    );
    masks.set(count, mask);
  }
  return masks.get(count);
}

/** Its graphs have fixed shapes: one for each length of a history, made when it is first used. */
async function loadLitert({ tensors }, isTrimmed) {
  const { load } = await litert();
  const models = new Map();
  const modelOf = async (count) => {
    if (!models.has(count)) models.set(count, await load(tfliteGraph(tensors, count, isTrimmed)));
    return models.get(count);
  };
  return {
    async vector(history) {
      const { run } = await modelOf(history.length);
      return run([[Int32Array.from(history), [history.length]]]);
    },
    dispose() {
      for (const { dispose } of models.values()) dispose();
    },
  };
}

/** The same computation as `onnxGraph`, for histories of `count` events. */
function tfliteGraph(tensors, count, isTrimmed) {
  const writer = new TfliteWriter();
  const constant = ({ shape, data }) => writer.constant(shape, data);
  const numbers = (...values) => writer.constant([values.length], Float32Array.from(values));
  const layer = (name, input, rows, activation) => {
    const weight = tensors[`${name}.weight`];
    return writer.operator(
      "FULLY_CONNECTED",
      [input, constant(weight), constant(tensors[`${name}.bias`])],
      [rows, weight.shape[0]],
      { activation },
    );
  };
  const axis = writer.constant([1], Int32Array.of(1));
  const norm = (name, input, rows) => {
    const whole = [rows, WIDTH];
    const mean = (of) => writer.operator("MEAN", [of, axis], [rows, 1], { keepDims: true });
    const centred = writer.operator("SUB", [input, mean(input)], whole);
    const variance = mean(writer.operator("MUL", [centred, centred], whole));
    const safe = writer.operator("ADD", [variance, numbers(EPSILON)], [rows, 1]);
    const scaled = writer.operator(
      "MUL",
      [centred, writer.operator("RSQRT", [safe], [rows, 1])],
      whole,
    );
    const weighted = writer.operator(
      "MUL",
      [scaled, constant(tensors[`${name}.norm.weight`])],
      whole,
    );
    return writer.operator("ADD", [weighted, constant(tensors[`${name}.norm.bias`])], whole);
  };
  const events = writer.input([count], TFLITE_INT32);
  const items = writer.operator(
    "GATHER",
    [constant(tensors["item.embedding"]), events],
    [count, WIDTH],
  );
  const places = tensors["position.embedding"].data.subarray(0, count * WIDTH);
  const sum = writer.operator(
    "ADD",
    [items, writer.constant([count, WIDTH], places)],
    [count, WIDTH],
  );
  const mask = writer.constant([count, count], causalMask(count));
  const lastRow = writer.constant([1], Int32Array.of(count - 1));
  let x = norm("embedding", sum, count);
  for (let k = 0; k < BLOCKS; k++) {
    const name = `blocks.${k}`;
    const isLast = isTrimmed && k === BLOCKS - 1;
    const rows = isLast ? 1 : count;
    const asked = isLast ? writer.operator("GATHER", [x, lastRow], [1, WIDTH]) : x;
    const products = writer.operator(
      "BATCH_MATMUL",
      [layer(`${name}.query`, asked, rows), layer(`${name}.key`, x, count)],
      [rows, count],
      { transposeB: true },
    );
    const scaled = writer.operator("MUL", [products, numbers(1 / Math.sqrt(WIDTH))], [rows, count]);
    const masked = isLast ? scaled : writer.operator("ADD", [scaled, mask], [rows, count]);
    const shares = writer.operator("SOFTMAX", [masked], [rows, count], { beta: 1 });
    const mixed = writer.operator(
      "BATCH_MATMUL",
      [shares, layer(`${name}.value`, x, count)],
      [rows, WIDTH],
    );
    const attended = layer(`${name}.attention`, mixed, rows);
    x = norm(`${name}.attention`, writer.operator("ADD", [asked, attended], [rows, WIDTH]), rows);
    const inner = layer(`${name}.feed.0`, x, rows, RELU);
    const fed = layer(`${name}.feed.1`, inner, rows);
    x = norm(`${name}.feed`, writer.operator("ADD", [x, fed], [rows, WIDTH]), rows);
  }
  if (!isTrimmed) x = writer.operator("GATHER", [x, lastRow], [1, WIDTH]);
  writer.output(x);
  return writer.encode();
}
