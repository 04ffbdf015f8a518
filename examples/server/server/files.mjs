// The published files in memory, with the headers of each answer: nothing is computed per request.
import { readFile, readdir, stat } from "node:fs/promises";
import { extname, join, sep } from "node:path";

import etag from "etag";

import { PAGE, SHARED, cacheControlOf } from "./caching.mjs";

const MAX_BYTES = 512 * 1024 * 1024; // of all files: a wrong folder must not fill the memory

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
};
const ENCODINGS = { ".br": "br", ".gz": "gzip" };

/**
 * @typedef {object} Form of a resource: its bytes in one encoding
 * @property {string} encoding "br", "gzip" or "identity"
 * @property {Buffer} body
 * @property {string} etag strong, and another one in each encoding
 * @property {Record<string, string | number>} headers
 * @property {Record<string, string | number>} unchanged the headers of a 304
 *
 * @typedef {Map<string, Form[]>} Files the forms by path
 */

/**
 * @param {string} folder
 * @returns {Promise<Files>}
 */
export async function readFiles(folder) {
  const names = await readdir(folder, { recursive: true });
  const bodies = new Map();
  let total = 0;
  for (const name of names.filter((one) => !one.endsWith(".part"))) {
    const found = await stat(join(folder, name));
    if (found.isDirectory()) continue;
    total += found.size;
    if (total > MAX_BYTES) throw new Error(`it has more than ${MAX_BYTES} bytes`);
    bodies.set(`/${name.split(sep).join("/")}`, await readFile(join(folder, name)));
  }
  const paths = [...bodies.keys()].filter((path) => !ENCODINGS[extname(path)]);
  return new Map(paths.map((path) => [path, formsOf(path, bodies)]));
}

function formsOf(path, bodies) {
  const encoded = Object.entries(ENCODINGS).filter(([ending]) => bodies.has(path + ending));
  // A range of one form means nothing in another: parts are for files that have one.
  const forms = encoded.length ? { Vary: "Accept-Encoding" } : { "Accept-Ranges": "bytes" };
  return [...encoded, ["", "identity"]].map(([ending, encoding]) =>
    formOf(path, encoding, bodies.get(path + ending), forms),
  );
}

function formOf(path, encoding, body, forms) {
  const tag = etag(body);
  const unchanged = {
    ETag: tag,
    "Cache-Control": cacheControlOf(path),
    ...forms,
    ...SHARED,
    ...(path.endsWith(".html") && PAGE),
  };
  const headers = {
    "Content-Type": TYPES[extname(path)] ?? "application/octet-stream",
    "Content-Length": body.length,
    ...(encoding !== "identity" && { "Content-Encoding": encoding }),
    ...unchanged,
  };
  return { encoding, body, etag: tag, headers, unchanged };
}
