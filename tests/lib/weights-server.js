// A server of weights that answers ranges, or does whatever a test wants of it; what it is asked is
// recorded.
import { createHash } from "node:crypto";
import { once } from "node:events";
import http from "node:http";

/**
 * @param {{ port?: number, headers?: Record<string, string>, others?: (path: string) => { type:
 *   string, body: string | Buffer } | undefined }} [options] headers: of every answer; others: what
 *   it serves beside `files`
 */
export async function serveWeights({ port = 0, headers = {}, others = () => undefined } = {}) {
  const at = {
    /** What there is: path -> bytes. @type {Map<string, Uint8Array>} */
    files: new Map(),
    /** Requests for anything in `files`. @type {{ path: string, range: string | undefined }[]} */
    received: [],
    /**
     * Answers instead of the server where it gives true.
     * @type {(request: any, response: any, bytes: Uint8Array | undefined) => boolean | void}
     */
    behave: () => false,
    /** Bytes of weights that were sent. */
    sent: 0,
  };
  const server = http.createServer((request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const path = new URL(request.url, "http://localhost").pathname;
    const other = others(path);
    const bytes = at.files.get(path);
    if (other) return response.writeHead(200, { "Content-Type": other.type }).end(other.body);
    if (path === "/favicon.ico") return response.writeHead(204).end();
    at.received.push({ path, range: request.headers.range });
    if (at.behave(request, response, bytes)) return;
    if (!bytes) return response.writeHead(404).end("nothing");
    answer(request, response, bytes, (count) => (at.sent += path.endsWith(".json") ? 0 : count));
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
  return Object.assign(at, {
    port: chosen,
    address: `http://127.0.0.1:${chosen}`,
    hangUp,
    stop,
    weightsAsked: () => weightsAsked(at),
  });
}

/** The ranges that were asked for of anything but manifests; "all" where none was named. */
const weightsAsked = ({ received }) =>
  received.filter(({ path }) => !path.endsWith(".json")).map(({ range }) => range ?? "all");

/** As a good server does. */
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

/** Sends so many bytes of what was asked for, and then nothing more until the connection ends. */
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

/** Bytes that look like weights, the same for the same seed. */
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

/** What a manifest says of a file. */
export function entryFor(bytes, url, version) {
  return {
    url,
    version,
    bytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
  };
}

/** A manifest of one or more names, as a file. */
export const manifestFile = (weights) =>
  new TextEncoder().encode(JSON.stringify({ format: 1, weights }));
