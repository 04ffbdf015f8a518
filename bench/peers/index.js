// A peer: { name, file, pack(tensors), load(parts) }. pack writes the model in the peer's own
// format: { part: bytes }, what a server would send load starts the runtime and gives {
// score(userRow, itemRows), dispose }; score may be async A module here imports its runtime only in
// `load`, so that a process pays for the peers that it runs.
import { peers as javascript } from "./javascript.js";
import { peers as onnxruntimeNode } from "./onnxruntime-node.js";
import { peers as onnxruntimeWeb } from "./onnxruntime-web.js";
import { peers as pocketrec } from "./pocketrec.js";
import { peers as tfjs } from "./tfjs.js";

export const PEERS = [...pocketrec, ...onnxruntimeWeb, ...onnxruntimeNode, ...tfjs, ...javascript];

/** The peers whose name contains one of the given words; all without words. */
export function choosePeers(words) {
  return words.length
    ? PEERS.filter(({ name }) => words.some((word) => name.includes(word)))
    : PEERS;
}
