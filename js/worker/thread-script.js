/**
 * The whole script of a thread, which ships as text (dist/thread-text.js). What comes before it in
 * the thread leaves the modules in `globalThis.pocketrec`, and in Node what it needs of Node.
 */
import { expose } from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";

import { pathReader } from "../file/path-source.js";
import { readSource } from "../file/source.js";
import { load } from "../model/load.js";
import { makeRoot } from "./root.js";
import { READY } from "./ready.js";
import { Service } from "./service.js";

/**
 * @typedef {object} Given
 * @property {import("../runtime/module.js").Modules} modules
 * @property {{ parentPort: any, readFile: typeof import("node:fs/promises").readFile }} [node]
 */

const scope = /** @type {any} */ (globalThis);
const { modules, node } = /** @type {Given} */ (scope.pocketrec);
delete scope.pocketrec;
const read = node ? pathReader(node.readFile) : readSource;
const service = new Service(makeRoot((source, options) => load(source, options, read, modules)));
expose(service, node ? nodeEndpoint(node.parentPort) : scope);
(node?.parentPort ?? scope).postMessage(READY);
