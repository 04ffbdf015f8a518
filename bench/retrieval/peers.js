// The 100 items with the largest inner products in each peer.
// load({ table, stored }): { best(query), dispose }. best([width]): { items, scores }, sorted.
import { importPocketrec } from "../lib/package.js";
import { transposed } from "../models/tensors.js";
import { BestHeap, candidatesFile, TOP } from "../models/vectors.js";
import { dot } from "../peers/javascript.js";
import { FLOAT, INT64, OnnxWriter } from "../peers/onnx-writer.js";
import { start as litert } from "../peers/litert.js";
import { start as onnxruntimeNode } from "../peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "../peers/onnxruntime-web.js";
import { MODULES } from "../peers/pocketrec-rows.js";
import { start as tfjs } from "../peers/tfjs.js";
import { FLOAT32, TfliteWriter, INT32 as TFLITE_INT32 } from "../peers/tflite-writer.js";

export const PEERS = [
  ...["F32", "F16", "I8"].flatMap((dtype) =>
    MODULES.map(({ name, simd, needsRelaxedSimd }) => ({
      name: `${name}, ${dtype}`,
      dtype,
      load: ({ stored }) => loadPocketrec(stored[dtype].file, simd),
      needsRelaxedSimd,
    })),
  ),
  { name: "onnxruntime-web", dtype: "F32", load: ({ table }) => loadOnnx(table, onnxruntimeWeb) },
  { name: "LiteRT.js", dtype: "F32", load: ({ table }) => loadLitert(table) },
  { name: "tfjs wasm", dtype: "F32", load: ({ table }) => loadTfjs(table) },
  {
    name: "onnxruntime-node",
    dtype: "F32",
    load: ({ table }) => loadOnnx(table, onnxruntimeNode),
    needsNode: true,
  },
  { name: "plain JavaScript", dtype: "F32", load: ({ table }) => loadJavascript(table) },
];

async function loadPocketrec(tensors, simd) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(candidatesFile(tensors), { simd });
  return {
    best(query) {
      const found = model.recommend(model.user({ vector: query }), { topK: TOP, raw: true });
      return { items: found.map(({ item }) => item), scores: found.map(({ score }) => score) };
    },
    dispose: () => model.dispose(),
  };
}

/** Items are columns, [width, items]: with rows, onnxruntime-web takes ten times as long. */
async function loadOnnx(table, start) {
  const { ort, sessionOptions } = await start();
  const [items, width] = table.shape;
  const writer = new OnnxWriter();
  const query = writer.input("query", FLOAT, [1, width]);
  const scores = writer.node("MatMul", [query, writer.weight("items", transposed(table))]);
  const count = { shape: [1], data: BigInt64Array.of(BigInt(Math.min(TOP, items))) };
  const k = writer.weight("k", count, INT64);
  const [values, indices] = writer.nodes("TopK", [scores, k], 2);
  writer.output(values, FLOAT, [1, TOP]);
  writer.output(indices, INT64, [1, TOP]);
  const session = await ort.InferenceSession.create(writer.encode(), sessionOptions);
  return {
    async best(vector) {
      const results = await session.run({ query: new ort.Tensor("float32", vector, [1, width]) });
      return { items: results[indices].data, scores: results[values].data };
    },
    dispose: () => session.release(),
  };
}

async function loadLitert(table) {
  const { load } = await litert();
  const [, width] = table.shape;
  const writer = new TfliteWriter();
  const scores = writer.dense(writer.input([1, width]), 1, table);
  const count = writer.constant([], Int32Array.of(TOP));
  const found = writer.operators(
    "TOPK_V2",
    [scores, count],
    [
      [[1, TOP], FLOAT32],
      [[1, TOP], TFLITE_INT32],
    ],
  );
  for (const output of found) writer.output(output);
  const { runAll, dispose } = await load(writer.encode());
  return {
    async best(query) {
      const [values, rows] = await runAll([[query, [1, width]]]);
      return { items: rows, scores: values };
    },
    dispose,
  };
}

async function loadTfjs(table) {
  const { tf, hold, dispose } = await tfjs();
  const [, width] = table.shape;
  const columns = hold(transposed(table));
  return {
    best(query) {
      const { values, indices } = tf.tidy(() =>
        tf.topk(tf.matMul(tf.tensor2d(query, [1, width]), columns), TOP),
      );
      const found = { items: indices.dataSync(), scores: values.dataSync() };
      tf.dispose([values, indices]);
      return found;
    },
    dispose,
  };
}

/** One pass with a heap. */
async function loadJavascript({ shape: [items, width], data }) {
  return {
    best(query) {
      const best = new BestHeap(TOP, Float32Array);
      for (let item = 0; item < items; item++) best.offer(dot(data, item * width, query), item);
      return best.sorted();
    },
    dispose() {},
  };
}
