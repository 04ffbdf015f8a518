/**
 * The demo's server: static files, and one endpoint with candidate lists that are the same for everybody.
 * It sets no cookie, reads no request body, keeps no state between requests and logs none of them.
 */
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { BadRequest, answer, candidateLists } from "./candidates.js";

/** Where the weights and the catalogue are. */
export const MODELS = folder("models");

/**
 * What may be fetched, by the beginning of its path. Nothing outside these folders is ever read. The page uses the
 * package as it is shipped, in /dist/; /js/ is there for developer tools, which show its source by the source map.
 */
const FOLDERS = {
  "/js/": folder("../js"),
  "/dist/": folder("../dist"),
  "/models/": MODELS,
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

/** The path is normalised here: no `..` is left in it when a file is looked for. Only paths are asked for, no addresses. */
function readUrl(request) {
  if (!request.url.startsWith("/")) return null;
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
