// The 100 items with the largest inner products as each peer finds them. load({ table }) gives {
// best(query), dispose }: best([width]) is { items, scores }, best first.
import { dot } from "./peers/javascript.js";
import { FLOAT, INT64, OnnxWriter } from "./peers/onnx-writer.js";
import { start as onnxruntimeNode } from "./peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "./peers/onnxruntime-web.js";
import { importPocketrec } from "./peers/pocketrec.js";
import { start as tfjs } from "./peers/tfjs.js";
import { transposed } from "./weights.js";
import { writeSafetensors } from "../tests/lib/safetensors.js";

export const TOP = 100;
const MODULES = [
  { name: "pocketrec", simd: "simd128" },
  { name: "pocketrec, relaxed SIMD", simd: "relaxed", needsRelaxedSimd: true },
];

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
  { name: "tfjs wasm", dtype: "F32", load: ({ table }) => loadTfjs(table) },
  { name: "onnxruntime-node", dtype: "F32", load: ({ table }) => loadOnnx(table, onnxruntimeNode) },
  { name: "plain JavaScript", dtype: "F32", load: ({ table }) => loadJavascript(table) },
];

async function loadPocketrec(file, simd) {
  const model = await loadCandidates(file, { simd });
  return {
    best(query) {
      const found = model.recommend(model.user({ vector: query }), { topK: TOP, raw: true });
      return { items: found.map(({ item }) => item), scores: found.map(({ score }) => score) };
    },
    dispose: () => model.dispose(),
  };
}

/**
 * A model whose items are these tensors, `item.embedding` and its scale. Its tower is the least
 * that a file may have.
 */
export async function loadCandidates(tensors, options) {
  const { loadModel } = await importPocketrec();
  const width = tensors["item.embedding"].shape[1];
  const tower = { "tower.0.weight": { shape: [width, 1], data: new Float32Array(width) } };
  const features = [{ name: "age", kind: "continuous", default: 0 }];
  const description = { format: 1, kind: "candidates", features, activation: "identity" };
  return loadModel(
    writeSafetensors({ ...tensors, ...tower }, { pocketrec: JSON.stringify(description) }),
    options,
  );
}

/** The items stand in columns, [width, items]: as rows, onnxruntime-web takes ten times as long. */
async function loadOnnx(table, start) {
  const { ort, sessionOptions } = await start();
  const [items, width] = table.shape;
  const writer = new OnnxWriter();
  const query = writer.input("query", FLOAT, [1, width]);
  const scores = writer.node("MatMul", [query, writer.weight("items", transposed(table))]);
  const k = writer.weight(
    "k",
    { shape: [1], data: BigInt64Array.of(BigInt(Math.min(TOP, items))) },
    INT64,
  );
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

/** One pass, with a heap of the best so far: the least of them on top. */
async function loadJavascript({ shape: [items, width], data }) {
  return {
    best(query) {
      const scores = new Float32Array(TOP).fill(-Infinity);
      const rows = new Int32Array(TOP).fill(-1);
      for (let item = 0; item < items; item++) {
        const score = dot(data, item * width, query);
        if (score > scores[0]) replaceLeast(scores, rows, score, item);
      }
      const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
      return { items: order.map((i) => rows[i]), scores: order.map((i) => scores[i]) };
    },
    dispose() {},
  };
}

function replaceLeast(scores, rows, score, row) {
  let at = 0;
  for (;;) {
    let child = 2 * at + 1;
    if (child >= scores.length) break;
    if (child + 1 < scores.length && scores[child + 1] < scores[child]) child++;
    if (scores[child] >= score) break;
    scores[at] = scores[child];
    rows[at] = rows[child];
    at = child;
  }
  scores[at] = score;
  rows[at] = row;
}

/** The same in float64. */
export function exactBest({ shape: [items, width], data }, query) {
  const scores = new Float64Array(TOP).fill(-Infinity);
  const rows = new Int32Array(TOP).fill(-1);
  for (let item = 0; item < items; item++) {
    let score = 0;
    for (let k = 0, at = item * width; k < width; k++) score += data[at + k] * query[k];
    if (score > scores[0]) replaceLeast(scores, rows, score, item);
  }
  const order = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a]);
  return { items: order.map((i) => rows[i]), scores: Float64Array.from(order, (i) => scores[i]) };
}

/** How much of the exact answer an answer holds. */
export function recall(found, exact) {
  const items = new Set(Array.from(found, Number));
  return exact.filter((item) => items.has(item)).length / exact.length;
}
