import { readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";

import { newId } from "./id.js";

/**
 * One process at a time, by a file that is there while somebody works. The lock of a process that
 * was killed is taken away at once. (A library would do, but those there are change `fs` and
 * `process` of whoever imports them.)
 *
 * @typedef {{ pid: number, host: string, id: string }} Holder
 */

/** What is thrown where somebody has taken the lock away from a process that was asleep. */
export class LockLost extends Error {}

/**
 * No work takes so long (ms): whose lock is older is dead, or on a machine of which we cannot ask.
 */
const STALE_MS = 10_000;

const RETRY_MS = [1, 20];

/**
 * Does some work while holding the lock.
 *
 * @param {string} path of the lock's file
 * @param {(demandLock: () => Promise<void>) => Promise<void>} work demandLock: throws LockLost
 */
export async function withLock(path, work) {
  const id = newId();
  await acquire(path, id);
  try {
    await work(async () => {
      if ((await holderOf(path))?.id !== id)
        throw new LockLost(`${path} was taken away: this process slept for too long`);
    });
  } finally {
    if ((await holderOf(path))?.id === id) await rm(path, { force: true });
  }
}

/**
 * @param {string} path
 * @param {string} id
 */
async function acquire(path, id) {
  for (let [pause, longest] = RETRY_MS; ; pause = Math.min(2 * pause, longest)) {
    try {
      return await writeFile(path, JSON.stringify({ pid: process.pid, host: hostname(), id }), {
        flag: "wx",
        mode: 0o600,
      });
    } catch (error) {
      if (/** @type {any} */ (error).code !== "EEXIST") throw error;
    }
    if (await isStale(path)) await takeAway(path);
    // Not in step with others who wait.
    else await new Promise((resolve) => setTimeout(resolve, pause * (0.5 + Math.random())));
  }
}

/**
 * @param {string} path
 * @returns {Promise<Holder | undefined>} undefined where there is none, or one that is being
 *   written
 */
async function holderOf(path) {
  try {
    return JSON.parse(await readFile(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** @param {string} path */
async function isStale(path) {
  const holder = await holderOf(path);
  if (holder?.host === hostname() && !isAlive(holder.pid)) return true;
  const since = await stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Infinity,
  );
  return Date.now() - since > STALE_MS;
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
 * Renamed before it is removed: of several who take it away one succeeds. Who took away another's,
 * made meanwhile, gives it back.
 * @param {string} path
 */
async function takeAway(path) {
  const gone = `${path}.${newId()}`;
  try {
    await rename(path, gone);
    if (await isStale(gone)) await rm(gone, { force: true });
    else await rename(gone, path);
  } catch (error) {
    if (/** @type {any} */ (error).code !== "ENOENT") throw error;
  }
}
