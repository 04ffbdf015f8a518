// The server of an example.
import { spawn } from "node:child_process";
import { once } from "node:events";

const DEADLINE = 60_000;
const ADDRESS = "http://localhost:8080";

/**
 * Starts a server on port 8080 and waits until it answers.
 *
 * @param {string} folder
 * @param {string[]} command
 * @returns {Promise<{ address: string, stop: () => Promise<void> }>}
 */
export async function startServer(folder, [command, ...words]) {
  if (await answers()) throw new Error("port 8080 is in use: stop what uses it");
  const child = spawn(command, words, { cwd: folder, detached: true }); // a group of processes
  let output = "";
  child.stdout?.on("data", (text) => (output += text));
  child.stderr?.on("data", (text) => (output += text));
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    process.kill(-Number(child.pid), "SIGTERM");
    await once(child, "exit");
  };
  for (const start = Date.now(); !(await answers());) {
    const isOver = child.exitCode !== null || Date.now() - start > DEADLINE;
    if (isOver) {
      await stop();
      throw new Error(`the server did not start:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return { address: ADDRESS, stop };
}

const answers = () =>
  fetch(ADDRESS, { signal: AbortSignal.timeout(2000) }).then(
    () => true,
    () => false,
  );
