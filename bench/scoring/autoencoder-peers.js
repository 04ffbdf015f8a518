// U-AutoRec in each peer. load({ tensors, rated, values }): { score(itemRows), dispose }. pocketrec
// gives the ranked list of the best. A call encodes the whole history, except in the rows of one
// changed rating and of the same user.
import { importPocketrec } from "../lib/package.js";
import { autoRecFile, historyOf } from "../models/autoencoder.js";
import { transposed } from "../models/tensors.js";
import { dot } from "../peers/javascript.js";
import { start as litert } from "../peers/litert.js";
import { start as onnxruntimeNode } from "../peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "../peers/onnxruntime-web.js";
import { RANKINGS } from "../peers/pocketrec-rows.js";
import { dense as tfjsDense, start as tfjs } from "../peers/tfjs.js";
import { autoRecLitertGraph, autoRecOnnxGraph } from "./autoencoder-graphs.js";

const [EXACT_ROW, , RELAXED_ROW] = RANKINGS;

export const PEERS = [
  ...RANKINGS.map((row) => pocketrecRow(row, newUser)),
  ...[EXACT_ROW, RELAXED_ROW].map((row) =>
    pocketrecRow({ ...row, name: `${row.name}, typed history` }, typedUser),
  ),
  pocketrecRow({ ...EXACT_ROW, name: "pocketrec, one rating changed" }, changedUser),
  pocketrecRow({ ...EXACT_ROW, name: "pocketrec, the same user" }, sameUser),
  { name: "onnxruntime-web", load: (model) => loadOnnx(model, onnxruntimeWeb, "dense") },
  {
    name: "onnxruntime-web, decoder's rows gathered",
    load: (model) => loadOnnx(model, onnxruntimeWeb, "gathered"),
  },
  {
    name: "onnxruntime-node",
    load: (model) => loadOnnx(model, onnxruntimeNode, "dense"),
    needsNode: true,
  },
  { name: "LiteRT.js", load: (model) => loadLitert(model, "dense") },
  {
    name: "LiteRT.js, decoder's rows gathered",
    load: (model) => loadLitert(model, "gathered"),
  },
  { name: "tfjs wasm", load: loadTfjs },
  { name: "plain JavaScript, sparse", load: loadJavascript },
];

function pocketrecRow(row, userOf) {
  return { ...row, load: (model) => loadPocketrec(model, row, userOf) };
}

/** All items are ranked by `recommend`, some by `rank`. */
async function loadPocketrec(autoRec, { simd, options }, userOf) {
  const { loadModel } = await importPocketrec();
  const file = autoRecFile(autoRec.tensors);
  const model = await loadModel(file, { simd });
  const memory = { bytes: model.bytes, file: file.byteLength };
  const user = userOf(model, historyOf(autoRec));
  return {
    score: (itemRows) =>
      itemRows.length === model.itemCount
        ? model.recommend(user(), options)
        : model.rank(user(), itemRows, options),
    memory,
    dispose: () => model.dispose(),
  };
}

function newUser(model, history) {
  return () => model.user({ history });
}

function typedUser(model, history) {
  const items = Uint32Array.from(history, ({ item }) => item);
  const ratings = Float32Array.from(history, ({ rating }) => rating);
  return () => model.user({ history: { items, ratings } });
}

function sameUser(model, history) {
  const user = model.user({ history });
  return () => user;
}

/**
 * One interaction is updated in every call, as on a page. Its rating stays the same, so that the
 * scores stay right.
 */
function changedUser(model, history) {
  const user = model.user({ history });
  let turn = 0;
  return () => user.update({ add: [history[turn++ % history.length]] });
}

async function loadOnnx({ tensors, rated, values }, start, form) {
  const { ort, sessionOptions } = await start();
  const session = await ort.InferenceSession.create(
    autoRecOnnxGraph(tensors, form),
    sessionOptions,
  );
  const items = tensors["decoder.0.bias"].shape[0];
  const dense = new Float32Array(items);
  const [output] = session.outputNames;
  return {
    async score(itemRows) {
      for (let i = 0; i < rated.length; i++) dense[rated[i]] = values[i];
      const feeds = { ratings: new ort.Tensor("float32", dense, [1, items]) };
      if (form === "gathered")
        feeds.items = new ort.Tensor("int32", new Int32Array(itemRows.buffer, 0, itemRows.length), [
          itemRows.length,
        ]);
      const { data } = (await session.run(feeds))[output];
      return form === "gathered" || itemRows.length === items ? data : picked(data, itemRows);
    },
    dispose: () => session.release(),
  };
}

/** A graph is made in the first call, which is not timed. */
async function loadLitert({ tensors, rated, values }, form) {
  const { load } = await litert();
  const items = tensors["decoder.0.bias"].shape[0];
  const dense = new Float32Array(items);
  let model;
  return {
    async score(itemRows) {
      for (let i = 0; i < rated.length; i++) dense[rated[i]] = values[i];
      model ??= await load(autoRecLitertGraph(tensors, form, { count: itemRows.length }));
      const inputs = [[dense, [1, items]]];
      if (form === "gathered")
        inputs.push([new Int32Array(itemRows.buffer, 0, itemRows.length), [itemRows.length]]);
      const data = await model.run(inputs);
      return form === "gathered" || itemRows.length === items ? data : picked(data, itemRows);
    },
    dispose: () => model?.dispose(),
  };
}

async function loadTfjs({ tensors, rated, values }) {
  const { tf, hold, dispose } = await tfjs();
  const [encoder, decoder] = ["encoder.0", "decoder.0"].map((name) => [
    hold(transposed(tensors[`${name}.weight`])),
    hold(tensors[`${name}.bias`]),
  ]);
  const items = tensors["decoder.0.bias"].shape[0];
  const dense = new Float32Array(items);
  const layer = (a, [b, bias], activation) => tfjsDense(tf, a, b, bias, activation);
  return {
    score(itemRows) {
      for (let i = 0; i < rated.length; i++) dense[rated[i]] = values[i];
      const result = tf.tidy(() =>
        layer(layer(tf.tensor2d(dense, [1, items]), encoder, "sigmoid"), decoder),
      );
      const data = result.dataSync();
      result.dispose();
      return itemRows.length === items ? data : picked(data, itemRows);
    },
    dispose,
  };
}

/** Sparse on both sides: only the history's columns and the candidates' rows. */
async function loadJavascript({ tensors, rated, values }) {
  const encoder = transposed(tensors["encoder.0.weight"]).data;
  const bias = tensors["encoder.0.bias"].data;
  const width = bias.length;
  const decoder = tensors["decoder.0.weight"].data;
  const itemBias = tensors["decoder.0.bias"].data;
  const hidden = new Float32Array(width);
  return {
    score(itemRows) {
      hidden.set(bias);
      for (let i = 0; i < rated.length; i++) {
        const value = values[i];
        const start = rated[i] * width;
        for (let k = 0; k < width; k++) hidden[k] += value * encoder[start + k];
      }
      for (let k = 0; k < width; k++) hidden[k] = 1 / (1 + Math.exp(-hidden[k]));
      return Float32Array.from(
        itemRows,
        (item) => itemBias[item] + dot(decoder, item * width, hidden),
      );
    },
    dispose() {},
  };
}

const picked = (data, itemRows) => Float32Array.from(itemRows, (row) => data[row]);
