// The server over time: a new publication, a stop, several processes of which one dies.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { readFile, rm, writeFile } from "node:fs/promises";

import { ask } from "./ask.js";

/** @import { App } from "../../../../scripts/fixtures/app.js" */

/** Another version of the weights is served without a restart; the old one stays for open pages. */
export async function checkPublication(app, version) {
  const server = await start(app);
  const manifest = async () => (await ask(server.address, "/models/manifest.json")).json();
  await writeFile(`${app.folder}/books-2.safetensors`, await otherBooks(app, version));
  await app.run("node", ["publish.mjs", "books-2.safetensors"]);
  await until(async () => (await manifest()).weights.books.version !== version);
  const { url, version: next } = (await manifest()).weights.books;
  for (const path of [
    `/models/${url}`,
    `/lists/${next}/popular.pack`,
    `/lists/${version}/new.json`,
  ])
    assert.equal((await ask(server.address, path)).status, 200, path);

  await writeFile(`${app.folder}/books-2.safetensors`, "no weights");
  await assert.rejects(app.run("node", ["publish.mjs", "books-2.safetensors"]), /safetensors/);
  assert.equal((await manifest()).weights.books.version, next);
  await server.stop();
}

/** A balancer sees 503 first; requests are answered until the end; then the port is closed. */
export async function checkDrain(app, version) {
  const server = await start(app, "--drain", 1500);
  const health = () => ask(server.address, "/health");
  assert.deepEqual([(await health()).status, (await health()).json().status], [200, "ok"]);
  const stopped = server.stop();
  await until(async () => (await health()).status === 503);
  const list = await ask(server.address, `/lists/${version}/popular.json`);
  assert.deepEqual([list.status, list.headers.connection], [200, "close"]);
  await stopped;
  await assert.rejects(health(), /ECONNREFUSED/);
}

/** A download that has begun is sent to its end. */
export async function checkStop(app) {
  const size = 40_000_000; // more than the system takes at once
  const file = `${app.folder}/published/models/large.safetensors`;
  await writeFile(file, Buffer.alloc(size));
  const server = await start(app);
  const [response] = await once(
    http.get(`${server.address}/models/large.safetensors`, { agent: false }),
    "response",
  );
  await once(response, "readable");
  const stopped = server.stop();
  let received = 0;
  for await (const part of response) received += part.length;
  assert.equal(received, size);
  await stopped;
  await rm(file);
}

/** A process that dies is replaced. */
export async function checkProcesses(app, version) {
  const server = await start(app, "--processes", 2);
  const pids = async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => ask(server.address, "/health")),
    );
    return [...new Set(answers.map(({ json }) => json().pid))];
  };
  await until(async () => (await pids()).length === 2);
  const [dead] = await pids();
  await new Promise((resolve) => setTimeout(resolve, 2500)); // sooner would be a failed start
  process.kill(dead, "SIGKILL");
  await until(async () => {
    const now = await pids().catch(() => []); // the moment in which it dies
    return now.length === 2 && !now.includes(dead);
  });
  assert.equal((await ask(server.address, `/lists/${version}/sea.pack`)).status, 200);
  assert.match(server.output(), /a process ended \(SIGKILL\)/);
  await server.stop();
}

/** @param {App} app @param {(string | number)[]} words */
const start = (app, ...words) =>
  app.serve((port) => ["node", "server.mjs", "--port", port, ...words]);

/** The same weights with eight more spaces behind their header: other bytes. */
async function otherBooks(app, version) {
  const bytes = await readFile(`${app.folder}/published/models/books.${version}.safetensors`);
  const length = Number(bytes.readBigUInt64LE());
  const head = Buffer.from(bytes.subarray(0, 8 + length));
  head.writeBigUInt64LE(BigInt(length + 8));
  return Buffer.concat([head, Buffer.alloc(8, " "), bytes.subarray(8 + length)]);
}

async function until(isTrue) {
  for (const start = Date.now(); !(await isTrue());) {
    if (Date.now() - start > 20_000) assert.fail(`it is not so: ${isTrue}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
