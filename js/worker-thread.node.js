/**
 * The entry for Node: as worker-thread.js, in a thread.
 */
import { parentPort } from "node:worker_threads";
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

import { loadModel } from "./index.node.js";
import { makeRoot } from "./worker/root.js";
import { Service } from "./worker/service.js";

if (parentPort) expose(new Service(makeRoot(loadModel)), nodeEndpoint(parentPort));
