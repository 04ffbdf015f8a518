// Answers a request from the files in memory: which encoding, whether the client has it already,
// which part.
import { pid } from "node:process";

import fresh from "fresh";
import Negotiator from "negotiator";
import parseRange from "range-parser";

/** @import { Files, Form } from "./files.mjs" */

const PREFERRED = ["br", "gzip"];
const NEVER_KEPT = { "Cache-Control": "no-store" };

/** A request that cannot be answered. The message is for its author. */
class Refusal {
  constructor(status, message, headers = {}) {
    Object.assign(this, { status, message, headers });
  }
}

/**
 * @param {{ files: Files, isStopping: boolean }} state of the server
 * @param {import("node:http").IncomingMessage} request
 * @param {import("node:http").ServerResponse} response
 */
export function answer({ files, isStopping }, request, response) {
  const refusal = refusalOf(request);
  if (refusal) return refuse(refusal, response);
  if (request.url === "/health") return sendHealth(isStopping, response);
  const found = formFor(files, request);
  if (found instanceof Refusal) return refuse(found, response);
  if (fresh(request.headers, { etag: found.etag }))
    return response.writeHead(304, found.unchanged).end();
  const range = rangeOf(found, request);
  if (range instanceof Refusal) return refuse(range, response);
  if (range) return sendPart(found, range, response);
  send(response, 200, found.headers, found.body); // Node sends no body to HEAD
}

/**
 * Ends the answer once its bytes are with the system: Node takes an answer that has ended for done,
 * and cuts what it has not sent when the server closes.
 */
const send = (response, status, headers, body) =>
  response.writeHead(status, headers).write(body, () => response.end());

/** What is refused unseen. A body is not read: the connection ends with the answer. */
function refusalOf({ method, url, headers }) {
  if (method !== "GET" && method !== "HEAD")
    return new Refusal(405, "only GET and HEAD can be used here", {
      ...{ Allow: "GET, HEAD", Connection: "close" },
    });
  if (headers["transfer-encoding"] || Number(headers["content-length"]))
    return new Refusal(413, "a request has no body here", { Connection: "close" });
  // One address for one answer: a query would get past every cache.
  if (url.includes("?") && !isPage(url.slice(0, url.indexOf("?"))))
    return new Refusal(400, "this address takes no query");
  return undefined;
}

const isPage = (path) => path === "/" || path.endsWith(".html");

/** A balancer sends no request here while the answer is 503. */
function sendHealth(isStopping, response) {
  const status = isStopping ? 503 : 200;
  sendJson(response, status, { status: isStopping ? "stopping" : "ok", pid }, NEVER_KEPT);
}

/** @returns {Form | Refusal} */
function formFor(files, request) {
  const [path] = request.url.split("?", 1);
  const forms = files.get(path === "/" ? "/index.html" : path);
  if (!forms) return new Refusal(404, "nothing is published at this address");
  const encodings = forms.map(({ encoding }) => encoding);
  const options = { preferred: PREFERRED };
  const encoding = new Negotiator(request).encoding(encodings, options);
  if (!encoding) return new Refusal(406, `the encodings are: ${encodings.join(", ")}`);
  return forms[encodings.indexOf(encoding)];
}

/**
 * The part that is asked for: one range of a file that has one form. Anything else gets the whole,
 * as RFC 9110 allows.
 */
function rangeOf({ headers, body, etag }, { method, headers: asked }) {
  if (!asked.range || !headers["Accept-Ranges"] || method !== "GET") return undefined;
  if (asked["if-range"] && asked["if-range"] !== etag) return undefined;
  const ranges = parseRange(body.length, asked.range, { combine: true });
  if (ranges === -1)
    return new Refusal(416, `the file has ${body.length} bytes`, {
      "Content-Range": `bytes */${body.length}`,
    });
  return ranges.type === "bytes" && ranges.length === 1 ? ranges[0] : undefined;
}

function sendPart({ headers, body }, { start, end }, response) {
  const part = body.subarray(start, end + 1);
  const about = {
    "Content-Length": part.length,
    "Content-Range": `bytes ${start}-${end}/${body.length}`,
  };
  send(response, 206, { ...headers, ...about }, part);
}

/** A CDN keeps a 404 for ten seconds, so that a wrong address in a page costs little. */
function refuse({ status, message, headers }, response) {
  const kept = status === 404 ? { "Cache-Control": "public, max-age=10" } : NEVER_KEPT;
  sendJson(response, status, { error: message }, { ...kept, ...headers });
}

function sendJson(response, status, value, headers) {
  const body = `${JSON.stringify(value)}\n`;
  response.writeHead(status, {
    "Content-Type": "application/json",
    "Content-Length": Buffer.byteLength(body),
    "Access-Control-Allow-Origin": "*",
    ...headers,
  });
  response.end(body);
}
