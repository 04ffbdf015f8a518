/**
 * The demo's server: the built page, candidate lists and genre vectors, the same for every visitor.
 * It sets no cookie, reads no request body, keeps no state between requests and logs none.
 *
 * Node's own HTTP server and sirv: two routes need no framework.
 */
import { readFile } from "node:fs/promises";
import http from "node:http";
import { fileURLToPath } from "node:url";
import sirv from "sirv";
import { loadModel } from "../../dist/index.node.js";
import { packMaker } from "../../dist/packs.js";
import { BadRequest, Candidates } from "./candidates.js";
import { tastes } from "./lists.js";
import { POLICY } from "./policy.js";

/** The built page, with the weights and the catalogue in models/. Nothing else is ever read. */
const PAGE = fileURLToPath(new URL("../dist", import.meta.url));

const HEADERS = {
  "Content-Security-Policy": POLICY,
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  // Tells the page that it need not look for candidates in its own catalogue (models/catalogue.js).
  "Candidate-Lists": "api/candidates",
};

/** A returning visitor sees the last answer at once, while the browser asks for a newer one. */
const KEPT = "public, max-age=300, stale-while-revalidate=604800";

/**
 * The server, not yet listening. The models of its candidates are read once, here.
 *
 * @param {{ page?: string }} [options] page: another folder than the demo's own
 * @returns {Promise<http.Server>}
 */
export async function createServer({ page = PAGE } = {}) {
  const answers = await openAnswers(`${page}/models`);
  const serveFile = serveFolder(page);

  return http.createServer((request, response) => {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    const url = readUrl(request);
    if (!url) return sendText(response, 400, "This address cannot be read.");
    if (request.method !== "GET" && request.method !== "HEAD") return refuseMethod(response);
    const answer = answers.get(url.pathname);
    if (answer) return serveAnswer(answer, url, response);
    request.url = url.pathname;
    serveFile(request, response);
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

function serveAnswer(answer, { searchParams }, response) {
  try {
    const { type, body } = answer(searchParams);
    response.writeHead(200, { "Content-Type": type, "Cache-Control": KEPT }).end(body);
  } catch (error) {
    if (!(error instanceof BadRequest)) throw error;
    const headers = { "Content-Type": "application/json", "Cache-Control": "no-store" };
    response.writeHead(400, headers).end(JSON.stringify({ error: error.message }));
  }
}

/**
 * Files are looked up at every request, so that a page built while the server runs is not served
 * half old, half new. What has a hash in its name never changes; the rest is revalidated by ETag.
 */
function serveFolder(path) {
  const serve = sirv(path, {
    dev: true,
    etag: true,
    brotli: true,
    gzip: true,
    setHeaders(response, pathname) {
      if (pathname.startsWith("/assets/"))
        response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
      if (pathname.endsWith(".safetensors"))
        response.setHeader("Content-Type", "application/octet-stream");
      if (pathname.endsWith(".md")) response.setHeader("Content-Type", "text/plain;charset=utf-8");
    },
    onNoMatch: (request, response) => sendText(response, 404, "There is nothing at this address."),
  });
  return (request, response) => {
    const { headers } = request;
    // An interrupted download resumes. Other ranges are not needed, and some crash sirv, which does
    // not compare what the first part was of (If-Range) either.
    if (!/^bytes=\d{1,12}-$/.test(headers.range ?? "") || headers["if-range"]) delete headers.range;
    headers["accept-encoding"] = accepted(headers["accept-encoding"]);
    serve(request, response);
  };
}

/** The encodings that a client takes. Sirv looks for names alone, and would send what has `q=0`. */
function accepted(encodings = "") {
  const isTaken = (encoding) => !/;\s*q=0(\.0*)?\s*$/i.test(encoding);
  return encodings.split(",").filter(isTaken).join(",");
}

function refuseMethod(response) {
  response.setHeader("Allow", "GET, HEAD");
  sendText(response, 405, "Only GET and HEAD can be used here.");
}

function sendText(response, status, text) {
  response.writeHead(status, { "Content-Type": "text/plain;charset=utf-8" }).end(`${text}\n`);
}

/** What the server computes, by path: a type and a body for the parameters of a query. */
async function openAnswers(folder) {
  const read = (name) =>
    readFile(`${folder}/${name}`).catch((cause) => {
      throw new Error(`the demo's server needs ${folder}/${name}: ${cause.message}`, { cause });
    });
  const files = ["catalogue.json", "candidates.safetensors", "ranker.safetensors"];
  const [films, weights, ranker] = await Promise.all(files.map(read));
  const catalogue = JSON.parse(films);
  const model = await loadModel(weights);
  const candidates = new Candidates(catalogue, model, packMaker(ranker));
  const vectors = JSON.stringify({ tastes: tastes(catalogue, model) });
  return new Map([
    ["/api/candidates", (query) => candidates.answer(query)],
    ["/api/tastes", () => ({ type: "application/json", body: vectors })],
  ]);
}
