import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

import { newId } from "./id.js";

/**
 * A lock between processes: a file that exists while one of them holds it. The lock of a process
 * that was killed is broken at once. (No library: those that exist patch `fs` and `process` of the
 * app that imports them.)
 *
 * @typedef {{ pid: number, host: string, id: string }} Holder
 */

/** Another process broke the lock, while this one was suspended. */
export class LockLostError extends Error {}

/** No work takes so long (ms): an older lock is of a dead process, or of one on another machine. */
const STALE_MS = 10_000;

/** The first and the longest pause between two attempts. */
const RETRY_MS = { first: 1, longest: 20 };

/**
 * Does some work while holding the lock.
 *
 * @param {string} path of the lock's file
 * @param {(assertLocked: () => Promise<void>) => Promise<void>} work assertLocked: throws
 *   LockLostError
 */
export async function withLock(path, work) {
  const id = newId();
  await acquire(path, id);
  try {
    await work(async () => {
      if ((await readHolder(path))?.id !== id)
        throw new LockLostError(`${path} was broken: this process was suspended for too long`);
    });
  } finally {
    if ((await readHolder(path))?.id === id) await rm(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {string} id
 */
async function acquire(path, id) {
  const holder = JSON.stringify({ pid: process.pid, host: hostname(), id });
  for (let pause = RETRY_MS.first; ; pause = Math.min(2 * pause, RETRY_MS.longest)) {
    try {
      return await writeFile(path, holder, { flag: "wx", mode: 0o600 });
    } catch (error) {
      if (/** @type {any} */ (error).code !== "EEXIST") throw error;
    }
    if (await isStale(path)) await breakLock(path);
    // Random, so that waiting processes do not retry in step.
    else await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}

/**
 * @param {string} path
 * @returns {Promise<Holder | undefined>} undefined where there is no lock, or an incomplete one
 */
async function readHolder(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} path */
async function isStale(path) {
  const holder = await readHolder(path);
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const modified = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  return Date.now() - modified > STALE_MS;
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {any} */ (error).code !== "ESRCH";
  }
}

/**
 * Renames the lock before it removes it: of several processes that try, one succeeds. A lock that
 * turns out to be a newer one is renamed back.
 * @param {string} path
 */
async function breakLock(path) {
  const renamed = `${path}.${newId()}`;
  try {
    await rename(path, renamed);
    if (await isStale(renamed)) await rm(renamed, { force: true });
    else await rename(renamed, path);
  } catch (error) {
    if (/** @type {any} */ (error).code !== "ENOENT") throw error;
  }
}
