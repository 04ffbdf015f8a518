/**
 * pocketrec/worker-thread: what runs in the worker of pocketrec/worker. The entry for browsers.
 */
import { expose } from "comlink";

// Beside the entry that everybody has, not with a second one inside.
import { loadModel } from "./index.js";
import { rootOf } from "./worker/root.js";
import { Service } from "./worker/service.js";

expose(new Service(rootOf(loadModel)));
