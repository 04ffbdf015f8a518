// The peers that score lists of candidates by NeuMF. A peer is { name, file, pack, load }:
//   file           its module in this folder
//   pack(tensors, count)  the model in the peer's own format: { part: bytes }, what a server would
//                  send; only graphs with fixed shapes need to know how many candidates they score
//   load(parts)    starts the runtime: { score(userRow, itemRows), dispose }; score may be async.
//                  It gives all scores, or the ranked list of the best: pocketrec's rows that rank
// Modules import their runtime in `load` alone, so that a process loads only the peers it runs.
import { peers as javascript } from "./javascript.js";
import { peers as litertjs } from "./litertjs.js";
import { peers as onnxruntimeNode } from "./onnxruntime-node.js";
import { peers as onnxruntimeWeb } from "./onnxruntime-web.js";
import { peers as pocketrec } from "./pocketrec.js";
import { peers as tfjs } from "./tfjs.js";

export const PEERS = [
  ...pocketrec,
  ...onnxruntimeWeb,
  ...litertjs,
  ...onnxruntimeNode,
  ...tfjs,
  ...javascript,
];
