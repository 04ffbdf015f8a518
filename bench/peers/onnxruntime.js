// What both builds of ONNX Runtime share.
import { readSafetensors, writeSafetensors } from "../../tests/lib/safetensors.js";
import { rememberUserHalf, userTensors } from "./user-half.js";

/** A peer for each form of the graph (onnx-graph.js). `start()`: { ort, sessionOptions }. */
export function onnxruntimePeers(name, file, start) {
  const load = (loader) => async (parts) => loader(await start(), parts);
  return [
    { name, file, pack: packWhole, load: load(loadWhole) },
    { name: `${name}, hoisted`, file, pack: packer("hoisted"), load: load(loadHoisted) },
    { name: `${name}, folded`, file, pack: packer("folded"), load: load(loadHoisted) },
  ];
}

async function packWhole(tensors) {
  const { onnxGraph } = await import("./onnx-graph.js");
  return { graph: onnxGraph(tensors, "whole") };
}

function packer(form) {
  return async (tensors) => {
    const { onnxGraph } = await import("./onnx-graph.js");
    return { graph: onnxGraph(tensors, form), user: writeSafetensors(userTensors(tensors)) };
  };
}

async function loadWhole({ ort, sessionOptions }, { graph }) {
  const session = await ort.InferenceSession.create(new Uint8Array(graph), sessionOptions);
  return runner(ort, session, (userRow, count) => ({
    users: new ort.Tensor("int32", new Int32Array(count).fill(userRow), [count]),
  }));
}

async function loadHoisted({ ort, sessionOptions }, { graph, user }) {
  const session = await ort.InferenceSession.create(new Uint8Array(graph), sessionOptions);
  const halfOf = rememberUserHalf(readSafetensors(user));
  return runner(ort, session, (userRow) => {
    const { userHidden, gmfWeight } = halfOf(userRow);
    return {
      user_hidden: new ort.Tensor("float32", userHidden, [1, userHidden.length]),
      gmf_weight: new ort.Tensor("float32", gmfWeight, [gmfWeight.length, 1]),
    };
  });
}

function runner(ort, session, userFeeds) {
  const [output] = session.outputNames;
  return {
    async score(userRow, itemRows) {
      const rows = new Int32Array(itemRows.buffer, itemRows.byteOffset, itemRows.length);
      const items = new ort.Tensor("int32", rows, [rows.length]);
      const results = await session.run({ ...userFeeds(userRow, rows.length), items });
      return results[output].data;
    },
    dispose: () => session.release(),
  };
}
