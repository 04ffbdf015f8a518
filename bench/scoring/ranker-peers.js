// The ranker's tower in each peer. load({ tensors, candidates }): { score(), dispose }. pocketrec
// gives the ranked list of the best.
import { importPocketrec } from "../lib/package.js";
import { layerNames, packFile, rankerFile, userOf, wholeInput } from "../models/ranker.js";
import { columns, transposed } from "../models/tensors.js";
import { dot, layer, runTower } from "../peers/javascript.js";
import { denseRelu, FLOAT, OnnxWriter } from "../peers/onnx-writer.js";
import { start as litert } from "../peers/litert.js";
import { start as onnxruntimeNode } from "../peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "../peers/onnxruntime-web.js";
import { RANKINGS } from "../peers/pocketrec-rows.js";
import { dense, start as tfjs } from "../peers/tfjs.js";
import { RELU, TfliteWriter } from "../peers/tflite-writer.js";

const ITEM_SIDES = {
  "pack opened in each call": packInCall,
  "pack opened before": packBefore,
  "items of the file": itemsOfFile,
};
const RUNTIMES = { "onnxruntime-web": onnxruntimeWeb, "onnxruntime-node": onnxruntimeNode };

export const PEERS = [
  ...RANKINGS.flatMap((row) =>
    Object.entries(ITEM_SIDES).map(([side, itemSide]) => ({
      ...row,
      name: `${row.name}, ${side}`,
      load: (model) => loadPocketrec(model, row, itemSide),
    })),
  ),
  ...onnxPeers("onnxruntime-web"),
  { name: "LiteRT.js", load: (model) => loadLitert(model, "whole") },
  { name: "LiteRT.js, hoisted", load: (model) => loadLitert(model, "hoisted"), needsShared: true },
  { name: "tfjs wasm", load: loadTfjs },
  ...onnxPeers("onnxruntime-node"),
  { name: "plain JavaScript", load: loadJavascript },
];

function onnxPeers(name) {
  const load = (form) => (model) => loadOnnx(model, RUNTIMES[name], form);
  const needsNode = name === "onnxruntime-node";
  return [
    { name, load: load("whole"), needsNode },
    { name: `${name}, hoisted`, load: load("hoisted"), needsShared: true, needsNode },
  ];
}

/** Every call makes the user: a request has a user and a list. */
async function loadPocketrec({ tensors, candidates }, { simd, options }, itemSide) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(rankerFile(tensors), { simd });
  const newUser = () => model.user(userOf(tensors));
  const rank = (items) => model.rank(newUser(), items, { ...options, raw: true });
  const score = await itemSide(model, candidates, rank);
  return { score, dispose: () => model.dispose() };
}

function itemsOfFile(model, candidates, rank) {
  return () => rank(candidates);
}

async function packBefore(model, candidates, rank) {
  const pack = await model.openCandidates(packFile(candidates));
  return () => rank(pack);
}

function packInCall(model, candidates, rank) {
  const file = packFile(candidates);
  return async () => rank(await model.openCandidates(file));
}

/** whole: [candidates, 512] is the input. hoisted: the user's inputs are one row of their own. */
function onnxGraph(tensors, form) {
  const writer = new OnnxWriter();
  const [first, ...rest] = layerNames(tensors);
  let hidden = form === "whole" ? wholeLayer(writer, tensors, first) : splitLayer(writer, tensors);
  for (const name of rest) hidden = denseRelu(writer, tensors, name, hidden);
  const weight = writer.weight("output.weight", transposed(tensors["output.weight"]));
  const bias = writer.weight("output.bias", tensors["output.bias"]);
  writer.output(writer.node("Gemm", [hidden, weight, bias]), FLOAT, ["candidates", 1]);
  return writer.encode();
}

function wholeLayer(writer, tensors, name) {
  const width = tensors[`${name}.weight`].shape[1];
  return denseRelu(writer, tensors, name, writer.input("input", FLOAT, ["candidates", width]));
}

function splitLayer(writer, tensors) {
  const weight = tensors["tower.0.weight"];
  const [shared, width] = [tensors["user.embedding"].shape[1], weight.shape[1]];
  const half = (name, from, to) => writer.weight(name, transposed(columns(weight, from, to)));
  const user = writer.input("user", FLOAT, [1, shared]);
  const item = writer.input("item", FLOAT, ["candidates", width - shared]);
  const bias = writer.weight("tower.0.bias", tensors["tower.0.bias"]);
  const userHidden = writer.node("Gemm", [user, half("user.weight", 0, shared), bias]);
  const sum = writer.node("Gemm", [item, half("item.weight", shared, width), userHidden]);
  return writer.node("Relu", [sum]);
}

/** What a call gets: the input of all layers, or of the items alone. */
function inputOf(tensors, candidates, form) {
  const { "item.embedding": item } = tensors;
  return wholeInput(form === "whole" ? tensors : { "item.embedding": item }, candidates);
}

async function loadOnnx({ tensors, candidates }, start, form) {
  const { ort, sessionOptions } = await start();
  const session = await ort.InferenceSession.create(onnxGraph(tensors, form), sessionOptions);
  const [output] = session.outputNames;
  const tensor = ({ shape, data }) => new ort.Tensor("float32", data, shape);
  const { "user.embedding": user } = tensors;
  const input = inputOf(tensors, candidates, form);
  const feeds =
    form === "whole"
      ? () => ({ input: tensor(input) })
      : () => ({ user: tensor(user), item: tensor(input) });
  return {
    score: async () => (await session.run(feeds()))[output].data,
    dispose: () => session.release(),
  };
}

/** The same graphs as `onnxGraph`, for this many candidates. */
function litertGraph(tensors, count, form) {
  const writer = new TfliteWriter();
  const layerOf = (name, input, activation) =>
    writer.dense(input, count, tensors[`${name}.weight`], tensors[`${name}.bias`], activation);
  const [first, ...rest] = layerNames(tensors);
  let hidden =
    form === "whole"
      ? layerOf(first, writer.input([count, tensors[`${first}.weight`].shape[1]]), RELU)
      : splitLitertLayer(writer, tensors, count);
  for (const name of rest) hidden = layerOf(name, hidden, RELU);
  writer.output(layerOf("output", hidden));
  return writer.encode();
}

function splitLitertLayer(writer, tensors, count) {
  const weight = tensors["tower.0.weight"];
  const [outputs, width] = weight.shape;
  const shared = tensors["user.embedding"].shape[1];
  const [user, item] = [writer.input([1, shared]), writer.input([count, width - shared])];
  const userHalf = writer.dense(user, 1, columns(weight, 0, shared), tensors["tower.0.bias"]);
  const itemHalf = writer.dense(item, count, columns(weight, shared, width));
  return writer.operator("ADD", [itemHalf, userHalf], [count, outputs], { activation: RELU });
}

async function loadLitert({ tensors, candidates }, form) {
  const { load } = await litert();
  const { run, dispose } = await load(litertGraph(tensors, candidates.length, form));
  const { "user.embedding": user } = tensors;
  const input = inputOf(tensors, candidates, form);
  const inputs = (form === "whole" ? [input] : [user, input]).map(({ data, shape }) => [
    data,
    shape,
  ]);
  return { score: () => run(inputs), dispose };
}

async function loadTfjs({ tensors, candidates }) {
  const { tf, hold, dispose } = await tfjs();
  const input = wholeInput(tensors, candidates);
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

async function loadJavascript({ tensors, candidates }) {
  const {
    shape: [count, width],
    data,
  } = wholeInput(tensors, candidates);
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
        // The last of an odd number is computed twice.
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
