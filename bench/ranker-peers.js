// The ranker's tower as each peer computes it. load(model) gives { score(), dispose }: the scores
// of all candidates.
import { dot, layer, runTower } from "./peers/javascript.js";
import { denseRelu, OnnxWriter, FLOAT } from "./peers/onnx-writer.js";
import { start as onnxruntimeNode } from "./peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "./peers/onnxruntime-web.js";
import { importPocketrec } from "./peers/pocketrec.js";
import { dense, start as tfjs } from "./peers/tfjs.js";
import { columns, transposed } from "./weights.js";
import { writeSafetensors } from "../tests/lib/safetensors.js";

const MODULES = [
  { name: "pocketrec", simd: "simd128" },
  { name: "pocketrec, relaxed SIMD", simd: "relaxed", needsRelaxedSimd: true },
];

export const PEERS = [
  ...MODULES.flatMap(({ name, simd, needsRelaxedSimd }) => [
    {
      name: `${name}, pack opened at each call`,
      load: (model) => loadPocketrec(model, simd, packAnew),
      needsRelaxedSimd,
    },
    {
      name: `${name}, pack opened before`,
      load: (model) => loadPocketrec(model, simd, packBefore),
      needsRelaxedSimd,
    },
    {
      name: `${name}, items of the file`,
      load: (model) => loadPocketrec(model, simd, itemsOfFile),
      needsRelaxedSimd,
    },
  ]),
  { name: "onnxruntime-web", load: (model) => loadOnnx(model, onnxruntimeWeb, "whole") },
  {
    name: "onnxruntime-web, hoisted",
    load: (model) => loadOnnx(model, onnxruntimeWeb, "hoisted"),
    needsShared: true,
  },
  { name: "tfjs wasm", load: loadTfjs },
  { name: "onnxruntime-node", load: (model) => loadOnnx(model, onnxruntimeNode, "whole") },
  {
    name: "onnxruntime-node, hoisted",
    load: (model) => loadOnnx(model, onnxruntimeNode, "hoisted"),
    needsShared: true,
  },
  { name: "plain JavaScript", load: loadJavascript },
];

/** The person is made anew at every call: a request is somebody and a list. */
async function loadPocketrec({ tensors, candidates }, simd, itemSide) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(rankerFile(tensors), { simd });
  const person = () => model.user({ features: tensors["user.embedding"] ? { user: 0 } : {} });
  const score = await itemSide(model, candidates, person);
  return { score, dispose: () => model.dispose() };
}

const itemsOfFile = (model, candidates, person) => () =>
  model.score(person(), candidates, { raw: true });

async function packBefore(model, candidates, person) {
  const pack = await model.openCandidates(packFile(candidates));
  return () => model.score(person(), pack, { raw: true });
}

function packAnew(model, candidates, person) {
  const file = packFile(candidates);
  return async () => {
    const pack = await model.openCandidates(file);
    return model.score(person(), pack, { raw: true });
  };
}

/** Every input is a column of one feature's table: what somebody is, and what an item is. */
function rankerFile({ "user.embedding": user, ...tensors }) {
  const items = tensors["item.embedding"].shape[0];
  const features = [
    ...(user ? [{ name: "user", kind: "categorical" }] : []),
    { name: "item", side: "item", kind: "categorical", ids: "items", table: "candidate" },
  ];
  const { "item.embedding": item, ...tower } = tensors;
  const itemIds = {
    shape: [items],
    data: BigInt64Array.from({ length: items }, (_, row) => BigInt(row)),
    dtype: "I64",
  };
  const all = {
    ...tower,
    ...(user && { "user.embedding": user }),
    "candidate.embedding": item,
    item_ids: itemIds,
  };
  return writeSafetensors(all, {
    pocketrec: JSON.stringify({ format: 1, kind: "ranker", output: "identity", features }),
  });
}

/**
 * The item's features are its row of a table that the model has: its id is all that a pack has to
 * say.
 */
function packFile(candidates) {
  return writeSafetensors({
    item_ids: {
      shape: [candidates.length],
      data: BigInt64Array.from(candidates, BigInt),
      dtype: "I64",
    },
  });
}

/** The tower's inputs of every candidate, one row each. */
function wholeInput({ tensors: { "user.embedding": user, "item.embedding": item }, candidates }) {
  const width = item.shape[1];
  const shared = user?.shape[1] ?? 0;
  const input = new Float32Array(candidates.length * (shared + width));
  candidates.forEach((row, i) => {
    if (user) input.set(user.data.subarray(0, shared), i * (shared + width));
    input.set(item.data.subarray(row * width, (row + 1) * width), i * (shared + width) + shared);
  });
  return { shape: [candidates.length, shared + width], data: input };
}

function layerNames(tensors) {
  return Object.keys(tensors)
    .filter((name) => name.startsWith("tower.") && name.endsWith(".weight"))
    .map((name) => name.slice(0, -7));
}

/**
 * whole: [candidates, 512] in. hoisted: the person's half of the first layer is one row, added to
 * the candidates' half.
 */
function onnxGraph(tensors, form) {
  const writer = new OnnxWriter();
  const [first, ...rest] = layerNames(tensors);
  const weight = tensors[`${first}.weight`];
  let hidden;
  if (form === "whole") {
    hidden = denseRelu(
      writer,
      tensors,
      first,
      writer.input("input", FLOAT, ["candidates", weight.shape[1]]),
    );
  } else {
    const shared = tensors["user.embedding"].shape[1];
    const half = (name, from, to) => writer.weight(name, transposed(columns(weight, from, to)));
    const user = writer.input("user", FLOAT, [1, shared]);
    const item = writer.input("item", FLOAT, ["candidates", weight.shape[1] - shared]);
    const bias = writer.weight(`${first}.bias`, tensors[`${first}.bias`]);
    const userHidden = writer.node("Gemm", [user, half("user.weight", 0, shared), bias]);
    hidden = writer.node("Relu", [
      writer.node("Gemm", [item, half("item.weight", shared, weight.shape[1]), userHidden]),
    ]);
  }
  for (const name of rest) hidden = denseRelu(writer, tensors, name, hidden);
  const output = writer.weight("output.weight", transposed(tensors["output.weight"]));
  writer.output(
    writer.node("Gemm", [hidden, output, writer.weight("output.bias", tensors["output.bias"])]),
    FLOAT,
    ["candidates", 1],
  );
  return writer.encode();
}

async function loadOnnx(model, start, form) {
  const { ort, sessionOptions } = await start();
  const { tensors, candidates } = model;
  const session = await ort.InferenceSession.create(onnxGraph(tensors, form), sessionOptions);
  const [output] = session.outputNames;
  const tensor = ({ shape, data }) => new ort.Tensor("float32", data, shape);
  const input = wholeInput(
    form === "whole"
      ? model
      : { tensors: { "item.embedding": tensors["item.embedding"] }, candidates },
  );
  const feeds =
    form === "whole"
      ? () => ({ input: tensor(input) })
      : () => ({
          user: tensor({
            shape: [1, tensors["user.embedding"].shape[1]],
            data: tensors["user.embedding"].data,
          }),
          item: tensor(input),
        });
  return {
    score: async () => (await session.run(feeds()))[output].data,
    dispose: () => session.release(),
  };
}

async function loadTfjs(model) {
  const { tf, hold, dispose } = await tfjs();
  const { tensors } = model;
  const input = wholeInput(model);
  const held = (name) => [
    hold(transposed(tensors[`${name}.weight`])),
    hold(tensors[`${name}.bias`]),
  ];
  const tower = layerNames(tensors).map(held);
  const output = held("output");
  return {
    score() {
      const result = tf.tidy(() => {
        const hidden = tower.reduce(
          (values, [weight, bias]) => dense(tf, values, weight, bias, "relu"),
          tf.tensor2d(input.data, input.shape),
        );
        return dense(tf, hidden, ...output);
      });
      const scores = result.dataSync();
      result.dispose();
      return scores;
    },
    dispose,
  };
}

async function loadJavascript(model) {
  const { tensors } = model;
  const {
    shape: [count, width],
    data,
  } = wholeInput(model);
  const pair = new Float32Array(2 * width);
  const tower = layerNames(tensors).map((name) =>
    layer(tensors[`${name}.weight`], tensors[`${name}.bias`]),
  );
  const output = tensors["output.weight"].data;
  const bias = tensors["output.bias"].data[0];
  const scores = new Float32Array(count);
  return {
    score() {
      for (let i = 0; i < count; i += 2) {
        // An odd one out goes twice.
        const second = Math.min(i + 1, count - 1);
        pair.set(data.subarray(i * width, (i + 1) * width));
        pair.set(data.subarray(second * width, (second + 1) * width), width);
        const hidden = runTower(tower, pair);
        scores[i] = bias + dot(hidden, 0, output);
        scores[second] = bias + dot(hidden, output.length, output);
      }
      return scores;
    },
    dispose() {},
  };
}

/** In float64: what all peers are held against. */
export function referenceScores(model) {
  const { tensors } = model;
  const {
    shape: [count, width],
    data,
  } = wholeInput(model);
  const names = [...layerNames(tensors), "output"];
  return Float64Array.from(
    { length: count },
    (_, i) =>
      names.reduce(
        (values, name, k) => {
          const weight = tensors[`${name}.weight`].data;
          const inputs = values.length;
          return Float64Array.from(tensors[`${name}.bias`].data, (bias, out) => {
            let sum = bias;
            for (let j = 0; j < inputs; j++) sum += weight[out * inputs + j] * values[j];
            return k < names.length - 1 ? Math.max(sum, 0) : sum;
          });
        },
        Float64Array.from(data.subarray(i * width, (i + 1) * width)),
      )[0],
  );
}
