// One server of one process, forked with the words NAME FOLDER. It sends its port, and answers any
// message with the processor time that it has used, in microseconds.
import { existsSync, readFileSync } from "node:fs";
import http from "node:http";

import sirv from "sirv";

const SERVERS = { example, buffer, sirv: libraryServer };

const [name, folder] = process.argv.slice(2);
process.send(await SERVERS[name]());
process.on("message", () => {
  const { user, system } = process.cpuUsage();
  process.send(user + system);
});

/** examples/server. */
async function example() {
  const { serve } = await import("./build/server/serve.mjs");
  return (await serve({ folder, port: 0 })).port;
}

/** The least that Node can do: it sends the buffer of a path, in the encoding that is asked for. */
function buffer() {
  const kept = new Map();
  const server = http.createServer(({ url, headers }, response) => {
    const encoding = headers["accept-encoding"];
    const key = `${encoding} ${url}`;
    if (!kept.has(key)) kept.set(key, readFile(url, encoding));
    const { body, head } = kept.get(key);
    if (headers["if-none-match"] === head.ETag) response.writeHead(304, { ETag: head.ETag }).end();
    else response.writeHead(200, head).end(body);
  });
  return listen(server);
}

function readFile(url, encoding) {
  const isEncoded = encoding === "br" && existsSync(`${folder}${url}.br`);
  const body = readFileSync(`${folder}${url}${isEncoded ? ".br" : ""}`);
  return {
    body,
    head: {
      "Content-Length": body.length,
      ETag: `"${body.length}"`,
      ...(isEncoded && { "Content-Encoding": "br" }),
    },
  };
}

/** Sirv, as a server in production uses it: it knows the files, and reads them from the disk. */
function libraryServer() {
  const serve = sirv(folder, { brotli: true, gzip: true, etag: true });
  return listen(http.createServer((request, response) => serve(request, response)));
}

function listen(server) {
  return new Promise((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve(server.address().port)),
  );
}
