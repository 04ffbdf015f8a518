#!/usr/bin/env node
/**
 * The demo's server: static files, and one endpoint with candidate lists that are the same for everybody.
 * It sets no cookie, reads no request body, keeps no state between requests and logs none of them.
 */
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import sirv from "sirv";
import { BadRequest, answer, candidateLists } from "./candidates.js";

const DEFAULT_PORT = 8080;
const PORTS_TO_TRY = 20;

/** What may be fetched, by the beginning of its path. Nothing outside these folders is ever read. */
const FOLDERS = {
  "/js/": folder("../js"),
  "/dist/": folder("../dist"),
  "/models/": folder("models"),
  "/vendor/lit-html/": folder("node_modules/lit-html"),
  "/": folder("page"),
};

/**
 * The browser itself enforces the demo's promise: scripts, styles and connections only from and to this origin,
 * and `form-action 'none'` so that not even a form could carry something away. WebAssembly needs 'wasm-unsafe-eval'.
 */
const SECURITY_HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};

/**
 * The server, not yet listening.
 *
 * @param {{ folders?: Record<string, string> }} [options] folders to serve instead of the demo's own, by path
 * @returns {http.Server}
 */
export function createServer({ folders = {} } = {}) {
  const served = { ...FOLDERS, ...folders };
  const lists = candidateLists(readCatalogue(served["/models/"]));
  const mounts = Object.entries(served).map(([prefix, path]) => ({ prefix, serve: serveFolder(path) }));

  return http.createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const url = readUrl(request);
    if (!url) return sendText(response, 400, "This address cannot be read.");
    if (url.pathname === "/api/candidates") return serveCandidates(lists, url, request, response);
    if (request.method !== "GET" && request.method !== "HEAD") return refuseMethod(response, "GET, HEAD");

    const { prefix, serve } = mounts.find((mount) => url.pathname.startsWith(mount.prefix));
    request.url = url.pathname.slice(prefix.length - 1);
    serve(request, response);
  });
}

/** The path is normalised here: no `..` is left in it when a file is looked for. */
function readUrl(request) {
  try {
    return new URL(request.url, "http://localhost");
  } catch {
    return null;
  }
}

function serveCandidates(lists, url, request, response) {
  if (request.method !== "GET") return refuseMethod(response, "GET");
  try {
    response.setHeader("Cache-Control", "public, max-age=300");
    sendJson(response, 200, answer(lists, url.searchParams));
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    response.setHeader("Cache-Control", "no-store");
    sendJson(response, 400, { error: error.message });
  }
}

/**
 * Files are looked up at every request and revalidated by their ETag, so that weights trained or a module built
 * while the server runs are never served half old and half new.
 */
function serveFolder(path) {
  const serve = sirv(path, {
    dev: true,
    etag: true,
    setHeaders(response, pathname) {
      if (pathname.endsWith(".safetensors")) response.setHeader("Content-Type", "application/octet-stream");
      if (pathname.endsWith(".md")) response.setHeader("Content-Type", "text/plain;charset=utf-8");
    },
    onNoMatch: (request, response) => sendText(response, 404, "There is nothing at this address."),
  });
  return (request, response) => {
    delete request.headers.range; // the page always wants whole files
    serve(request, response);
  };
}

function refuseMethod(response, allowed) {
  response.setHeader("Allow", allowed);
  sendText(response, 405, `Only ${allowed} can be used here.`);
}

function sendText(response, status, text) {
  response.writeHead(status, { "Content-Type": "text/plain;charset=utf-8" }).end(`${text}\n`);
}

function sendJson(response, status, value) {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(value));
}

function readCatalogue(models) {
  const path = `${models}/catalogue.json`;
  if (!existsSync(path)) throw new Error(`the demo's catalogue is missing: ${path}`);
  return JSON.parse(readFileSync(path, "utf8"));
}

function folder(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}

const USAGE = `Usage: node web-demo/server.js [options]

Serves pocketrec's demo, and ranks one list itself as a sign of life.

  --port NUMBER   port to listen on (default ${DEFAULT_PORT}, or the next free one; 0 lets the system choose)
  --host NAME     address to listen on (default 127.0.0.1, this machine only)
  --help          this text
`;

async function main() {
  const options = readOptions();
  if (options.help) return console.log(USAGE);
  const server = createServer();
  const lastPort = options.port ?? DEFAULT_PORT + PORTS_TO_TRY;
  await listen(server, options.port ?? DEFAULT_PORT, lastPort, options.host);
  const host = options.host.includes(":") ? `[${options.host}]` : options.host;
  const address = `http://${host}:${server.address().port}/`;
  console.log(`pocketrec's demo is at ${address} (stop it with Ctrl+C)\n`);
  const { printSample } = await import("./sample.js"); // here, so that tests can serve a page without a built package
  await printSample(address, FOLDERS["/models/"]);
}

function readOptions() {
  const { values } = parseArgs({
    options: {
      port: { type: "string" },
      host: { type: "string", default: "127.0.0.1" },
      help: { type: "boolean", default: false },
    },
  });
  if (values.port === undefined) return values;
  const port = Number(values.port);
  if (!/^\d+$/.test(values.port) || port > 65535) {
    throw new Error(`--port has to be from 0 to 65535, and is "${values.port}"`);
  }
  return { ...values, port };
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
    if (error.code !== "EADDRINUSE") throw error;
    if (port < lastPort) return listen(server, port + 1, lastPort, host);
    throw new Error(`port ${port} of ${host} is in use; choose another one with --port, or 0 for any`);
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  main().catch((error) => {
    console.error(`The demo stopped: ${error.message}`);
    process.exit(1);
  });
}
