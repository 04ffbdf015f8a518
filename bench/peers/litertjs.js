// NeuMF in LiteRT.js, in the three forms of its graph (litert-graph.js).
import { readSafetensors, writeSafetensors } from "../../tests/lib/safetensors.js";
import { start } from "./litert.js";
import { rememberUserHalf, userTensors } from "./user-half.js";

const file = "litertjs.js";
const name = "LiteRT.js";

export const peers = [
  { name, file, pack: packWhole, load: loadWhole },
  { name: `${name}, hoisted`, file, pack: packer("hoisted"), load: loadHoisted },
  { name: `${name}, folded`, file, pack: packer("folded"), load: loadHoisted },
];

async function packWhole(tensors, count) {
  const { litertGraph } = await import("./litert-graph.js");
  return { graph: litertGraph(tensors, "whole", count) };
}

function packer(form) {
  return async (tensors, count) => {
    const { litertGraph } = await import("./litert-graph.js");
    const graph = litertGraph(tensors, form, count);
    return { graph, user: writeSafetensors(userTensors(tensors)) };
  };
}

function loadWhole({ graph }) {
  return runner(graph, (userRow, count) => [[new Int32Array(count).fill(userRow), [count]]]);
}

function loadHoisted({ graph, user }) {
  const halfOf = rememberUserHalf(readSafetensors(user));
  return runner(graph, (userRow) => {
    const { userHidden, gmfWeight } = halfOf(userRow);
    return [userHidden, gmfWeight].map((values) => [values, [1, values.length]]);
  });
}

async function runner(graph, userInputs) {
  const { load } = await start();
  const { run, dispose } = await load(new Uint8Array(graph));
  return {
    score(userRow, itemRows) {
      const rows = new Int32Array(itemRows.buffer, itemRows.byteOffset, itemRows.length);
      return run([[rows, [rows.length]], ...userInputs(userRow, rows.length)]);
    },
    dispose,
  };
}
