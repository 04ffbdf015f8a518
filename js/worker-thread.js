/**
 * pocketrec/worker-thread: the script of the worker of pocketrec/worker. The entry for browsers.
 */
import { expose } from "comlink";

// The entry of the package, so that its bundle is shared and not included twice.
import { loadModel } from "./index.js";
import { makeRoot } from "./worker/root.js";
import { Service } from "./worker/service.js";

expose(new Service(makeRoot(loadModel)));
