// One process: the server, its health, a new publication, the end.
import { unwatchFile, watchFile } from "node:fs";
import http from "node:http";

import { answer } from "./answer.mjs";
import { readFiles } from "./files.mjs";

const LIMITS = {
  maxHeaderSize: 8 * 1024, // all that is ever read of a client
  headersTimeout: 10_000,
  requestTimeout: 10_000,
  connectionsCheckingInterval: 2000, // the two are looked at this often; default: 30 s
  keepAliveTimeout: 65_000, // longer than that of the balancer in front, or it meets closed sockets
};
const CHECK = 1000; // ms between two looks for a new publication
const SWEEP = 100; // ms between two looks for connections whose last answer has been sent

/**
 * Serves a published folder until `stop` is called.
 *
 * @param {{ folder: string, port: number, drain?: number, deadline?: number }} options port 0: any
 *   free one; drain: ms in which /health says 503 and requests are still answered, so that a
 *   balancer takes this server out first; deadline: ms until open connections are cut
 * @returns {Promise<{ port: number, stop: () => Promise<void> }>}
 */
export async function serve({ folder, port, drain = 0, deadline = 10_000 }) {
  const state = { files: await readPublication(folder), isStopping: false };

  const server = http.createServer(LIMITS, (request, response) => {
    if (state.isStopping) response.setHeader("Connection", "close");
    answer(state, request, response);
  });
  await listen(server, port);

  const mark = `${folder}/publication.json`; // written last
  watchFile(mark, { interval: CHECK, persistent: false }, async () => {
    try {
      state.files = await readPublication(folder);
    } catch (error) {
      console.error(`the last publication stays: ${error.message}`);
    }
  });

  const stop = async () => {
    state.isStopping = true;
    unwatchFile(mark);
    await new Promise((resolve) => setTimeout(resolve, drain));
    const timer = setTimeout(() => server.closeAllConnections(), deadline);
    const sweep = setInterval(() => server.closeIdleConnections(), SWEEP);
    await new Promise((resolve) => server.close(resolve)); // idle connections are closed at once
    clearInterval(sweep);
    clearTimeout(timer);
  };
  return { port: server.address().port, stop };
}

async function readPublication(folder) {
  const files = await readFiles(folder).catch((cause) => {
    throw new Error(`${folder} cannot be read: ${cause.message}`, { cause });
  });
  if (!files.has("/publication.json"))
    throw new Error(`${folder} has no publication.json: make a publication, npm run build`);
  return files;
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, resolve);
  });
}
