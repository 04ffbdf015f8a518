// Lists for several users at once. load(model): { rankAll(), dispose }: pocketrec gives a ranked
// list for each user, from `rankMany` or from a loop over `rank`; peers give the scores of all
// users' candidates, one user after another, from one run of a graph.
import { importPocketrec } from "../lib/package.js";
import { autoRecFile, historyOf } from "../models/autoencoder.js";
import { pocketrecFile } from "../models/neumf.js";
import { litertGraph } from "../peers/litert-graph.js";
import { start as litert } from "../peers/litert.js";
import { onnxGraph } from "../peers/onnx-graph.js";
import { start as onnxruntimeNode } from "../peers/onnxruntime-node.js";
import { start as onnxruntimeWeb } from "../peers/onnxruntime-web.js";
import { RANKINGS } from "../peers/pocketrec-rows.js";
import { autoRecLitertGraph, autoRecOnnxGraph } from "./autoencoder-graphs.js";

const WAYS = {
  rankMany: (model, users, candidates, options) => () => model.rankMany(users, candidates, options),
  "loop over rank": (model, users, candidates, options) => () =>
    users.map((user) => model.rank(user, candidates, options)),
};

const pocketrecPeers = (open) =>
  RANKINGS.flatMap((row) =>
    Object.entries(WAYS).map(([way, rankAll]) => ({
      ...row,
      name: `${row.name}, ${way}`,
      load: async (batch) => {
        const { model, users } = await open(batch, row.simd);
        return {
          rankAll: rankAll(model, users, batch.itemRows, row.options),
          dispose: () => model.dispose(),
        };
      },
    })),
  );

const peersOf = ({ open, onnx, litert: inLitert }) => [
  ...pocketrecPeers(open),
  { name: "onnxruntime-web", load: (batch) => onnx(batch, onnxruntimeWeb) },
  { name: "LiteRT.js", load: inLitert },
  { name: "onnxruntime-node", load: (batch) => onnx(batch, onnxruntimeNode), needsNode: true },
];

export const NEUMF_PEERS = peersOf({ open: openNeumf, onnx: neumfOnnx, litert: neumfLitert });
export const AUTOREC_PEERS = peersOf({
  open: openAutoRec,
  onnx: autoRecOnnx,
  litert: autoRecLitert,
});

async function openNeumf({ tensors, userRows }, simd) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(pocketrecFile(tensors), { simd });
  return { model, users: userRows.map((id) => model.user({ id })) };
}

async function openAutoRec({ tensors, histories }, simd) {
  const { loadModel } = await importPocketrec();
  const model = await loadModel(autoRecFile(tensors), { simd });
  return { model, users: histories.map((one) => model.user({ history: historyOf(one) })) };
}

/** Rows of every pair: [users * candidates] each. */
function pairsOf({ userRows, itemRows }) {
  const count = itemRows.length;
  const pairs = Array.from({ length: userRows.length * count }, (_, i) => i);
  return {
    users: Int32Array.from(pairs, (i) => userRows[Math.floor(i / count)]),
    items: Int32Array.from(pairs, (i) => itemRows[i % count]),
  };
}

async function neumfOnnx(batch, start) {
  const { users, items } = pairsOf(batch);
  return onnxRunner(onnxGraph(batch.tensors, "whole"), start, (ort) => ({
    users: new ort.Tensor("int32", users, [users.length]),
    items: new ort.Tensor("int32", items, [items.length]),
  }));
}

async function neumfLitert(batch) {
  const { users, items } = pairsOf(batch);
  return litertRunner(litertGraph(batch.tensors, "whole", items.length), () => [
    [items, [items.length]],
    [users, [users.length]],
  ]);
}

/** [users, items]: the ratings, zero where there is none. */
function denseHistories({ tensors, histories }) {
  const items = tensors["decoder.0.bias"].shape[0];
  const data = new Float32Array(histories.length * items);
  for (const [user, { rated, values }] of histories.entries())
    for (const [i, item] of rated.entries()) data[user * items + item] = values[i];
  return { data, shape: [histories.length, items] };
}

async function autoRecOnnx(batch, start) {
  const { data, shape } = denseHistories(batch);
  return onnxRunner(autoRecOnnxGraph(batch.tensors, "dense", shape[0]), start, (ort) => ({
    ratings: new ort.Tensor("float32", data, shape),
  }));
}

async function autoRecLitert(batch) {
  const { data, shape } = denseHistories(batch);
  return litertRunner(autoRecLitertGraph(batch.tensors, "dense", { users: shape[0] }), () => [
    [data, shape],
  ]);
}

async function onnxRunner(graph, start, feeds) {
  const { ort, sessionOptions } = await start();
  const session = await ort.InferenceSession.create(graph, sessionOptions);
  const [output] = session.outputNames;
  return {
    rankAll: async () => (await session.run(feeds(ort)))[output].data,
    dispose: () => session.release(),
  };
}

async function litertRunner(graph, inputs) {
  const { load } = await litert();
  const { run, dispose } = await load(graph);
  return { rankAll: () => run(inputs()), dispose };
}
