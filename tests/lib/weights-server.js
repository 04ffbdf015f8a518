// A server of weights that answers range requests, or behaves as a test wants. It records the
// requests.
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";

/**
 * @param {{ port?: number, headers?: Record<string, string>, others?: (path: string) => { type:
 *   string, body: string | Buffer } | undefined }} [options] headers: of every answer; others: more
 *   files, whose requests are not recorded
 */
export async function serveWeights({ port = 0, headers = {}, others = () => undefined } = {}) {
  const state = {
    /** Bytes by path. @type {Map<string, Uint8Array>} */
    files: new Map(),
    /** Requests for anything in `files`. @type {{ path: string, range: string | undefined }[]} */
    received: [],
    /**
     * Answers instead of the server where it returns true.
     * @type {(request: any, response: any, bytes: Uint8Array | undefined) => boolean | void}
     */
    behave: () => false,
    /** How many bytes of weights were sent. */
    sent: 0,
  };
  const server = http.createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = new URL(request.url, "http://localhost").pathname;
    const other = others(path);
    const bytes = state.files.get(path);
    if (other) return response.writeHead(200, { "Content-Type": other.type }).end(other.body);
    if (path === "/favicon.ico") return response.writeHead(204).end();
    state.received.push({ path, range: request.headers.range });
    if (state.behave(request, response, bytes)) return;
    if (!bytes) return response.writeHead(404).end("nothing");
    answer(request, response, bytes, (count) => (state.sent += path.endsWith(".json") ? 0 : count));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, "close");
  };
  const { port: chosen } = server.address();
  const hangUp = () => server.closeAllConnections();
  return Object.assign(state, {
    port: chosen,
    address: `http://127.0.0.1:${chosen}`,
    hangUp,
    stop,
    weightsRequested: () => weightsRequested(state),
  });
}

/** The ranges of the requests for weights; "all" without a range. */
const weightsRequested = ({ received }) =>
  received.filter(({ path }) => !path.endsWith(".json")).map(({ range }) => range ?? "all");

/** Answers as a correct server does. */
export function answer(request, response, bytes, count = () => {}) {
  const from = Number(request.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? -1);
  response.setHeader("Accept-Ranges", "bytes");
  if (from >= bytes.length)
    return response.writeHead(416, { "Content-Range": `bytes */${bytes.length}` }).end();
  const body = bytes.subarray(Math.max(0, from));
  count(body.length);
  if (from < 0) return response.writeHead(200, { "Content-Length": body.length }).end(body);
  response
    .writeHead(206, {
      "Content-Length": body.length,
      "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
    })
    .end(body);
}

/** Sends so many of the requested bytes, and then nothing until the connection ends. */
export const stopAfter = (count) => (request, response, bytes) => {
  if (!bytes || request.url.endsWith(".json")) return false;
  const from = Number(request.headers.range?.match(/\d+/)?.[0] ?? 0);
  const range = request.headers.range && {
    "Content-Range": `bytes ${from}-${bytes.length - 1}/${bytes.length}`,
  };
  response.writeHead(range ? 206 : 200, { "Content-Length": bytes.length - from, ...range });
  response.write(bytes.subarray(from, from + count));
  return true;
};

/** Pseudo-random bytes from a seed, as weights. */
export function noise(length, seed) {
  const words = new Uint32Array(Math.ceil(length / 4));
  let state = seed * 2654435761 || 1;
  for (let i = 0; i < words.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    words[i] = state;
  }
  return new Uint8Array(words.buffer, 0, length);
}

/** The entry of a manifest for a file. */
export function entryFor(bytes, url, version) {
  return {
    url,
    version,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** The bytes of a manifest. @param {Record<string, object>} weights entries by name */
export const manifestFile = (weights) =>
  new TextEncoder().encode(JSON.stringify({ format: 1, weights }));
