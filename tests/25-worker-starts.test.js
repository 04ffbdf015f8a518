// Starts of a worker under odd circumstances: ended meanwhile, an app with its own globals, a
// process with its own options.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";

import { createWorker } from "../dist/worker.js";
import { assertRefused } from "./lib/assert-refused.js";

const WEIGHTS = "web-demo/models/gmf.safetensors";

/** Replaces globals by those of an app for one test. */
function replace(t, object, changes) {
  for (const [name, value] of Object.entries(changes)) {
    const before = Object.getOwnPropertyDescriptor(object, name);
    Object.defineProperty(object, name, { value, configurable: true, writable: true });
    t.after(() => {
      if (before) Object.defineProperty(object, name, before);
      else delete object[name];
    });
  }
}

/** The browser's Worker, which never answers. started: their addresses; open: blob: addresses. */
function standIn(t) {
  const seen = { started: [], ended: 0, open: new Set() };
  class Worker extends EventTarget {
    constructor(url) {
      super();
      seen.started.push(String(url).replace(/^blob:.*/, "blob:"));
      if (seen.failure) throw seen.failure;
    }
    postMessage() {}
    terminate() {
      seen.ended += 1;
    }
  }
  const { createObjectURL, revokeObjectURL } = URL;
  replace(t, globalThis, { Worker });
  replace(t, URL, {
    createObjectURL(blob) {
      const url = createObjectURL(blob);
      seen.open.add(url);
      return url;
    },
    revokeObjectURL(url) {
      seen.open.delete(url);
      revokeObjectURL(url);
    },
  });
  return seen;
}

const soon = (ms = 0) => new Promise((resolve) => setTimeout(resolve, ms));

test("a worker that is ended while its text is imported starts nothing", async (t) => {
  const seen = standIn(t);
  const worker = createWorker();
  const loading = worker.loadModel(WEIGHTS);
  for (let turn = 0; turn < 5; turn++) await null; // The import begins.
  worker.terminate();
  await assertRefused(loading, "disposed");
  await soon(50);
  assert.deepEqual([seen.started, seen.open.size], [[], 0]);
});

test("a worker that is ended while it starts is ended, and no file starts after it", async (t) => {
  const seen = standIn(t);
  for (const end of ["terminate", "time limit"]) {
    const worker = createWorker({ startTimeout: end === "terminate" ? 30_000 : 100 });
    const loading = worker.loadModel(WEIGHTS);
    while (seen.started.length === 0) await soon(1);
    if (end === "terminate") worker.terminate();
    await assertRefused(loading, end === "terminate" ? "disposed" : "timeout");
    await soon(50);
    assert.deepEqual([seen.started, seen.ended, seen.open.size], [["blob:"], 1, 0], end);
    Object.assign(seen, { started: [], ended: 0 });
  }
});

test("a blocked start tries the text once and then the file, and keeps no address", async (t) => {
  const seen = standIn(t);
  seen.failure = new Error("not here");
  const worker = createWorker();
  for (let turn = 0; turn < 2; turn++) {
    const error = await assertRefused(worker.loadModel(WEIGHTS), "unsupported", /not here, of/);
    assert.match(error.message, /Allow blob: in worker-src.*option start/);
    const [text, file, ...more] = seen.started.splice(0);
    assert.equal(text, "blob:");
    assert.match(file, /\/dist\/worker-thread\.js$/);
    assert.deepEqual([more, seen.open.size], [[], 0]);
  }
});

test("an app whose Promise is its own, as zone.js makes one, has its worker", async (t) => {
  const seen = standIn(t);
  replace(t, globalThis, { Promise: class extends Promise {} });
  const loading = createWorker({ startTimeout: 100 }).loadModel(WEIGHTS);
  await assertRefused(loading, "timeout", /within 100 ms/);
  assert.deepEqual(seen.started, ["blob:"]);
});

/** What a process with options prints: the number of a worker's recommendations, or the error. */
async function printed({ words = [], env = {} }) {
  const text = `
    import("./dist/worker.node.js").then(async ({ createWorker }) => {
      const model = await createWorker().loadModel("${WEIGHTS}");
      return (await model.recommend(await model.user({ history: [1] }))).length;
    }).catch(({ name, code, message }) => [name, code, message].join()).then(console.log);`;
  const options = { timeout: 30_000, env: { ...process.env, ...env } };
  const { stdout } = await promisify(execFile)(process.execPath, [...words, "-e", text], options);
  return stdout.trim();
}

test("a process whose texts are modules has its worker", async () =>
  assert.equal(await printed({ env: { NODE_OPTIONS: "--input-type=module" } }), "10"));

test("a process that may not evaluate strings has its worker", async () =>
  assert.equal(await printed({ words: ["--disallow-code-generation-from-strings"] }), "10"));

test("a process that may not start threads gets an error of the package", async () => {
  const flags = ["--permission", "--experimental-permission"];
  const flag = flags.find((one) => process.allowedNodeEnvironmentFlags.has(one));
  const found = await printed({ words: [flag, "--allow-fs-read=*"] });
  assert.match(found, /^PocketrecError,worker-crashed,worker: expected to start, found Error: Acc/);
});
