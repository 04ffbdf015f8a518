// Watches the calls of node:fs/promises, and stops a victim at one of them: as a process that is
// killed there, or suspended and continued later.
import { AsyncLocalStorage } from "node:async_hooks";
import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

const FUNCTIONS = [
  "open",
  "readFile",
  "readdir",
  "rename",
  "rm",
  "rmdir",
  "mkdir",
  "stat",
  "utimes",
];
const METHODS = ["write", "writeFile", "read", "stat", "sync", "datasync", "close"];

const victim = new AsyncLocalStorage();

/** What victims opened: those that were stopped never close it. */
const opened = new Set();

/** The bytes that a call writes. */
const bytesOf = (name, [data]) => (name === "write" || name === "writeFile" ? data.length : 0);

function watched(name, original) {
  return async function (...values) {
    const watcher = victim.getStore();
    if (watcher) {
      watcher.calls.push(name);
      watcher.written += bytesOf(name, values);
      if (watcher.calls.length === watcher.stopAt) {
        watcher.stopped();
        await watcher.continued; // of a killed process: never
      }
    }
    const result = await original.apply(this, values);
    if (watcher && name === "open") opened.add(result);
    if (watcher && name === "read") watcher.read += result.bytesRead;
    return result;
  };
}

/** Replaces the functions, until the test is done. */
export async function watchCalls(t) {
  const originals = new Map();
  const replace = (object, name, key) => {
    originals.set([object, name], object[name]);
    object[name] = watched(key, object[name]);
  };
  const path = join(tmpdir(), `pocketrec-prototype-${process.pid}`);
  const file = await fs.promises.open(path, "w");
  await file.close();
  await fs.promises.rm(path);
  for (const name of FUNCTIONS) replace(fs.promises, name, name);
  for (const name of METHODS) replace(Object.getPrototypeOf(file), name, name);
  syncBuiltinESMExports();
  t.after(async () => {
    for (const [[object, name], original] of originals) object[name] = original;
    syncBuiltinESMExports();
    for (const handle of opened) await handle.close().catch(() => {});
    opened.clear();
  });
}

/** Runs a task and counts its calls. */
export async function count(task) {
  const watcher = { calls: [], written: 0, read: 0, stopAt: 0 };
  await victim.run(watcher, task);
  return watcher;
}

/**
 * Runs a task up to a call.
 *
 * @returns {Promise<{ isDone: boolean, resume: () => Promise<void> }>} isDone: it has fewer calls
 */
export async function stopAt(call, task) {
  let resume;
  const continued = new Promise((resolve) => (resume = resolve));
  const watcher = { calls: [], written: 0, read: 0, stopAt: call, continued };
  const stopped = new Promise((resolve) => (watcher.stopped = () => resolve(false)));
  const done = victim.run(watcher, task);
  const isDone = await Promise.race([done.then(() => true), stopped]);
  return { isDone, resume: () => (resume(), done) };
}
