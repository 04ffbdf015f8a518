// A host of static files below a path, without an API, as any web host is one.
import { readFile } from "node:fs/promises";
import http from "node:http";
import { extname, join } from "node:path";

import { recording } from "./demo.js";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html;charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
};

/**
 * @param {string | string[]} folders a file is looked up in each, in order
 * @param {{ path?: string, port?: number, headers?: Record<string, string> }} [options] path:
 *   begins and ends with a slash; headers: of every answer
 * @returns the host, and what it receives
 */
export async function serveFiles(folders, { path = "/", port = 0, headers = {} } = {}) {
  const server = http.createServer(async (request, response) => {
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    const { pathname } = new URL(request.url, "http://localhost");
    if (pathname === "/favicon.ico") return response.writeHead(204).end();
    const name = pathname.slice(path.length).replace(/(^|\/)$/, "$1index.html");
    const bytes = pathname.startsWith(path) && (await firstOf([folders].flat(), name));
    if (!bytes) return response.writeHead(404).end("nothing");
    const type = TYPES[extname(name)] ?? "application/octet-stream";
    response.writeHead(200, { "Content-Type": type }).end(bytes);
  });
  const host = await recording(server, port);
  return { ...host, address: host.address.slice(0, -1) + path };
}

async function firstOf(folders, name) {
  for (const folder of folders) {
    const bytes = await readFile(join(folder, name)).catch(() => undefined);
    if (bytes) return bytes;
  }
  return undefined;
}
