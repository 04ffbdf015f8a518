// Programs that a test starts, and that end with it, whatever ends the test.
import { spawn } from "node:child_process";
import { once } from "node:events";

/** Ends the program when the standard input ends: the shell's is a pipe from this process. */
const BOUND = '"$@" & program=$!; cat > /dev/null; kill $program; wait $program';

/**
 * Starts a program that ends with this process, also where that is killed.
 *
 * @param {string} program
 * @param {string[]} words
 * @param {NodeJS.ProcessEnv} env
 */
export function spawnBound(program, words, env = process.env) {
  const shell = spawn("sh", ["-c", BOUND, "sh", program, ...words], {
    env,
    stdio: ["pipe", "ignore", "ignore", "pipe"],
  });
  const ended = once(shell, "exit");
  const stop = async () => {
    shell.stdin.end();
    await ended;
  };
  return { output: /** @type {import("node:stream").Readable} */ (shell.stdio[3]), ended, stop };
}

/**
 * A driver that stopped answering must end in an error, not in a test run that never ends.
 *
 * @template T
 * @param {Promise<T>} work
 * @param {number} ms
 * @param {string} what for the error
 * @returns {Promise<T>}
 */
export async function within(work, ms, what) {
  let timer;
  const end = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`WebKit: ${what} took over ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, end]);
  } finally {
    clearTimeout(timer);
  }
}

/** Starts a screen in memory. `-displayfd` takes a free number and writes it. */
export async function startScreen() {
  const words = ["-displayfd", "3", "-nolisten", "tcp", "-screen", "0", "1600x1200x24"];
  const { output, ended, stop } = spawnBound("Xvfb", words);
  const number = await Promise.race([once(output, "data"), ended.then(() => undefined)]);
  if (!number) throw new Error("Xvfb ended before it had a display");
  return { display: `:${String(number).trim()}`, stop };
}
