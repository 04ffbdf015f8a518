// The demo: its page, built where it is older than its sources, and its server, which records what
// it receives.
import { once } from "node:events";

import { buildPage, reasonToBuildPage } from "../../scripts/made.js";
import { createServer } from "../../web-demo/server/server.js";

/**
 * @param {Parameters<typeof createServer>[0] & { port?: number }} [options]
 */
export async function serveDemo({ port = 0, ...options } = {}) {
  if (reasonToBuildPage()) buildPage();
  return recording(await createServer(options), port);
}

/**
 * Starts a server, and records what reaches it.
 *
 * @param {import("node:http").Server} server
 * @param {number} [port] default: any free one
 */
export async function recording(server, port = 0) {
  const received = [];
  server.prependListener("request", (request) => {
    const { method, url, headers } = request;
    const entry = { method, url, headers: { ...headers }, body: "" };
    received.push(entry);
    request.on("data", (chunk) => (entry.body += chunk));
  });
  server.on("upgrade", (request, socket) => {
    received.push({ method: "UPGRADE", url: request.url, headers: request.headers, body: "" });
    socket.destroy();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const address = /** @type {import("node:net").AddressInfo} */ (server.address());
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, "close");
  };
  return { port: address.port, address: `http://127.0.0.1:${address.port}/`, received, stop };
}
