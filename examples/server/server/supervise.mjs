// Several processes on one port. Each has the files in its memory; none knows of the others.
import cluster from "node:cluster";
import { once } from "node:events";

const QUICK = 2000; // ms: a process that ends sooner would end again

/**
 * Starts processes and replaces those that end.
 *
 * @param {number} count
 * @returns {{ stop: () => Promise<void> }}
 */
export function supervise(count) {
  let isStopping = false;
  const start = () => {
    const started = Date.now();
    cluster.fork().on("exit", (code, signal) => {
      if (isStopping) return;
      console.error(`a process ended (${signal ?? code})`);
      if (Date.now() - started < QUICK) process.exit(1); // it is not the requests
      start();
    });
  };
  for (let number = 0; number < count; number++) start();

  const stop = async () => {
    isStopping = true;
    const workers = Object.values(cluster.workers).filter((worker) => !worker.isDead());
    for (const worker of workers) worker.process.kill("SIGTERM");
    await Promise.all(workers.map((worker) => once(worker, "exit")));
  };
  return { stop };
}
