/**
 * The demo from the command line: the server, its address, and one ranked list as a check.
 */
import { DEFAULT_PORT } from "./options.js";
import { printSample } from "./sample.js";
import { createServer } from "./server/server.js";

const PORTS_TO_TRY = 20;

/**
 * Serves until Ctrl+C.
 *
 * @param {{ port?: number, host: string }} options
 */
export async function run({ port, host }) {
  const server = await createServer();
  await listen(server, port ?? DEFAULT_PORT, port ?? DEFAULT_PORT + PORTS_TO_TRY, host);
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop(server));
  const address = `http://${nameOf(host)}:${server.address().port}`;
  await printSample(address);
  console.log(`\nThe demo is at ${address}/ (Ctrl+C stops it)`);
}

/** Listens on the first free port from `port` to `lastPort`. */
async function listen(server, port, lastPort, host) {
  try {
    await new Promise((resolve, reject) => {
      server.once("error", reject).listen(port, host, () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    server.removeAllListeners("listening"); // of the failed attempt
    if (error.code !== "EADDRINUSE")
      throw new Error(`the server cannot listen on ${host}: ${error.message}`);
    if (port >= lastPort)
      throw new Error(`port ${port} of ${host} is in use; name another with --port, or 0 for any`);
    console.log(`Port ${port} is in use, trying ${port + 1} ...`);
    await listen(server, port + 1, lastPort, host);
  }
}

/** The host to open in a browser on this machine. */
function nameOf(host) {
  if (host === "0.0.0.0" || host === "::") return "localhost";
  return host.includes(":") ? `[${host}]` : host;
}

function stop(server) {
  server.close(() => console.log("\nStopped."));
  server.closeAllConnections();
}
