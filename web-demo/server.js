/**
 * The demo's server: static files, candidate lists and genre vectors, the same for every visitor.
 * It sets no cookie, reads no request body, keeps no state between requests and logs none.
 */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import http from "node:http";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { loadModel } from "../dist/index.node.js";
import { packMaker } from "../dist/packs.js";
import { BadRequest, Candidates } from "./candidates.js";
import { tastes } from "./lists.js";
import { Manifest } from "./manifest.js";

/** The folder of the weights and the catalogue. */
export const MODELS = folder("models");

/**
 * The ranker without item features, for a page that gets candidate packs. It is made from the whole
 * file at the start.
 */
const RANKER = "/models/ranker-without-films.safetensors";

/** The manifest of the weights. */
const MANIFEST = "/models/manifest.json";

/**
 * The served folders, by path prefix. Nothing outside them is ever read. The page uses the package
 * as it ships, in /dist/; developer tools get /js/ by the source map.
 */
const FOLDERS = {
  "/js/": folder("../js"),
  "/dist/": folder("../dist"),
  "/models/": MODELS,
  "/": folder("dist"),
};

/**
 * The browser enforces the demo's promise: scripts, styles and connections of this origin only, and
 * `form-action 'none'`, so that no form can send anything. WebAssembly needs 'wasm-unsafe-eval'.
 * The chart library writes style elements; a style can fetch nothing that the other lines forbid.
 */
const SECURITY_HEADERS = {
  "Content-Security-Policy": [
    "default-src 'none'",
    "script-src 'self' 'wasm-unsafe-eval'",
    "style-src 'self' 'unsafe-inline'",
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
 * The server, not yet listening. The models of its candidates are read once, here.
 *
 * @param {{ folders?: Record<string, string> }} [options] folders to serve instead of the demo's
 *   own, by path
 * @returns {Promise<http.Server>}
 */
export async function createServer({ folders = {} } = {}) {
  const served = { ...FOLDERS, ...folders };
  const { candidates, tastes, ranker, manifest } = await openModels(served["/models/"]);
  const mounts = Object.entries(served)
    .map(([prefix, path]) => ({ prefix, serve: serveFolder(path) }))
    // The longest prefix wins.
    .sort((one, other) => other.prefix.length - one.prefix.length);

  return http.createServer((request, response) => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.setHeader(name, value);
    const url = readUrl(request);
    if (!url) return sendText(response, 400, "This address cannot be read.");
    if (url.pathname === "/api/candidates")
      return serveCandidates(candidates, url, request, response);
    if (url.pathname === "/api/tastes") return serveTastes(tastes, request, response);
    if (request.method !== "GET" && request.method !== "HEAD")
      return refuseMethod(response, "GET, HEAD");
    if (url.pathname === RANKER) return serveBytes(ranker, request, response);
    if (url.pathname === MANIFEST) return serveManifest(manifest, response);

    const { prefix, serve } = mounts.find((mount) => url.pathname.startsWith(mount.prefix));
    request.url = url.pathname.slice(prefix.length - 1);
    serve(request, response);
  });
}

/**
 * The URL parser normalises the path: no `..` remains in it. Only paths are accepted, no addresses.
 */
function readUrl(request) {
  if (!request.url.startsWith("/")) return null;
  try {
    return new URL(request.url, "http://localhost");
  } catch {
    return null;
  }
}

function serveCandidates(candidates, url, request, response) {
  if (request.method !== "GET") return refuseMethod(response, "GET");
  try {
    const { type, body } = candidates.answer(url.searchParams);
    response
      .writeHead(200, { "Content-Type": type, "Cache-Control": "public, max-age=300" })
      .end(body);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
    response.writeHead(400, headers).end(JSON.stringify({ error: error.message }));
  }
}

/** Genre vectors, the same for every visitor. */
function serveTastes(body, request, response) {
  if (request.method !== "GET") return refuseMethod(response, "GET");
  response
    .writeHead(200, { "Content-Type": "application/json", "Cache-Control": "public, max-age=300" })
    .end(body);
}

/** A file in memory. Like the others it is not sent again to a browser that has it. */
function serveBytes({ bytes, etag }, request, response) {
  if (request.headers["if-none-match"] === etag)
    return response.writeHead(304, { ETag: etag }).end();
  const headers = {
    "Content-Type": "application/octet-stream",
    "Content-Length": bytes.length,
    ETag: etag,
  };
  response.writeHead(200, { ...headers, "Cache-Control": "no-cache" }).end(bytes);
}

async function serveManifest(manifest, response) {
  const headers = { "Content-Type": "application/json", "Cache-Control": "no-cache" };
  try {
    const body = JSON.stringify(await manifest.read());
    response.writeHead(200, headers).end(body);
  } catch {
    sendText(response, 503, "The weights are being changed.");
  }
}

/**
 * Files are looked up at every request and revalidated by ETag, so that weights or a module built
 * while the server runs are never served half old, half new.
 */
function serveFolder(path) {
  const serve = sirv(path, {
    dev: true,
    etag: true,
    setHeaders(response, pathname) {
      if (pathname.endsWith(".safetensors"))
        response.setHeader("Content-Type", "application/octet-stream");
      if (pathname.endsWith(".md")) response.setHeader("Content-Type", "text/plain;charset=utf-8");
    },
    onNoMatch: (request, response) => sendText(response, 404, "There is nothing at this address."),
  });
  return (request, response) => {
    // An interrupted download resumes. Other ranges are not needed, and some crash sirv.
    if (!/^bytes=\d{1,12}-$/.test(request.headers.range ?? "")) delete request.headers.range;
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

async function openModels(folder) {
  const read = (name) =>
    readFile(`${folder}/${name}`).catch((cause) => {
      throw new Error(`the demo's server needs ${folder}/${name}: ${cause.message}`, { cause });
    });
  const files = ["catalogue.json", "candidates.safetensors", "ranker.safetensors"];
  const [films, candidates, ranker] = await Promise.all(files.map(read));
  const maker = packMaker(ranker);
  const bytes = maker.withoutItems();
  const catalogue = JSON.parse(films);
  const model = await loadModel(candidates);
  return {
    manifest: new Manifest(folder, { [basename(RANKER)]: bytes }),
    candidates: new Candidates(catalogue, model, maker),
    tastes: JSON.stringify({ tastes: tastes(catalogue, model) }),
    ranker: { bytes, etag: `"${createHash("sha256").update(bytes).digest("base64url")}"` },
  };
}

function folder(relative) {
  return fileURLToPath(new URL(relative, import.meta.url));
}
