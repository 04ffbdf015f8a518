/** The demo's server over real HTTP: the endpoint's contract, and what the server refuses. No browser, no model. */
import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { MODELS as CHOICE } from "./page/models.js";
import { MODELS, createServer } from "./server.js";

const CATALOGUE = [
  { row: 0, id: 10, title: "Old and loved", year: 1942, genres: ["Drama", "War"], popularity: 90 },
  { row: 1, id: 11, title: "New", year: 2018, genres: ["Comedy"], popularity: 7 },
  { row: 2, id: 12, title: "New and loved", year: 2018, genres: ["Drama"], popularity: 200 },
  { row: 3, id: 13, title: "Nobody knows when", year: null, genres: [], popularity: 90 },
];

describe("the demo's server", () => {
  let models;
  let server;
  let port;

  before(async () => {
    models = mkdtempSync(join(tmpdir(), "pocketrec-server-"));
    writeFileSync(join(models, "catalogue.json"), JSON.stringify(CATALOGUE));
    writeFileSync(join(models, "neumf.safetensors"), "weights");
    server = createServer({ folders: { "/models/": models } }).listen(0, "127.0.0.1");
    await once(server, "listening");
    ({ port } = server.address());
  });

  after(() => {
    server.close();
    server.closeAllConnections();
    rmSync(models, { recursive: true });
  });

  /** Not `fetch`, which would tidy the path up before it is sent. */
  async function ask(path, { method = "GET", headers = {} } = {}) {
    const request = http.request({ port, path, method, headers }).end();
    const [response] = await once(request, "response");
    let body = "";
    for await (const chunk of response.setEncoding("utf8")) body += chunk;
    return { status: response.statusCode, headers: response.headers, body };
  }

  const orders = {
    "": [12, 10, 13, 11],
    "?list=popular&limit=2": [12, 10],
    "?list=recent": [12, 11, 10],
    "?list=classics": [10],
    "?list=Drama": [12, 10],
  };
  for (const [query, items] of Object.entries(orders)) {
    test(`candidates${query} are ${items.join(", ")}`, async () => {
      const { status, headers, body } = await ask(`/api/candidates${query}`);
      assert.equal(status, 200);
      assert.match(headers["content-type"], /^application\/json/);
      assert.match(headers["cache-control"], /^public/);
      assert.equal(headers["set-cookie"], undefined);
      assert.deepEqual(JSON.parse(body).items, items);
    });
  }

  const mistakes = {
    "?list=best": /no list is called "best"; there are: popular, recent, classics, Comedy, Drama, War/,
    "?list=constructor": /no list is called/,
    "?limit=0": /from 1 to 1000, and is "0"/,
    "?limit=1001": /from 1 to 1000/,
    "?limit=1e2": /from 1 to 1000/,
    "?limit=": /from 1 to 1000/,
    "?history=10": /"history" is not a parameter/,
    "?list=popular&list=recent": /more than once/,
  };
  for (const [query, message] of Object.entries(mistakes)) {
    test(`candidates${query} is refused in words`, async () => {
      const { status, body } = await ask(`/api/candidates${query}`);
      assert.equal(status, 400);
      assert.match(JSON.parse(body).error, message);
    });
  }

  test("nothing but reading is allowed", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      for (const path of ["/", "/api/candidates", "/models/catalogue.json"]) {
        const { status, headers } = await ask(path, { method });
        assert.equal(status, 405, `${method} ${path}`);
        assert.match(headers.allow, /GET/);
      }
    }
  });

  test("nothing outside the served folders can be read", async () => {
    const paths = [
      "/../server.js",
      "/..%2fserver.js",
      "/%2e%2e/server.js",
      "/..\\server.js",
      "/models/../../package.json",
      "/models/..%2f..%2fpackage.json",
      "/models/%2e%2e/%2e%2e/package.json",
      "/models/..%5c..%5cpackage.json",
      "/models//etc/passwd",
      "/js/%00",
      "/%",
      "/server.js",
      "/package.json",
      "/node_modules/sirv/build.mjs",
      "/vendor/lit-html/../sirv/build.mjs",
      "/vendor/sirv/build.mjs",
      "/models/",
      "/models",
    ];
    for (const path of paths) assert.equal((await ask(path)).status, 404, path);
    assert.equal((await ask("//")).status, 400);
    assert.equal((await ask("foo://x")).status, 400);
  });

  test("every answer has the security headers", async () => {
    const paths = ["/", "/base.css", "/models/catalogue.json", "/api/candidates?list=x", "/x", "//"];
    for (const path of paths) {
      const { headers } = await ask(path);
      const policy = headers["content-security-policy"];
      assert.match(policy, /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/, path);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
    }
  });

  test("files have their types, and are not sent twice", async () => {
    const types = {
      "/": "text/html;charset=utf-8",
      "/app.js": "text/javascript",
      "/base.css": "text/css",
      "/icon.svg": "image/svg+xml",
      "/vendor/lit-html/lit-html.js": "text/javascript",
      "/models/catalogue.json": "application/json",
      "/models/neumf.safetensors": "application/octet-stream",
    };
    for (const [path, type] of Object.entries(types)) {
      const { status, headers } = await ask(path);
      assert.equal(status, 200, path);
      assert.equal(headers["content-type"], type);
      const again = await ask(path, { headers: { "if-none-match": headers.etag } });
      assert.equal(again.status, 304, path);
    }
  });

  test("a range that makes no sense does no harm", async () => {
    const { status, body } = await ask("/models/neumf.safetensors", { headers: { range: "bytes=5-2" } });
    assert.equal(status, 200);
    assert.equal(body, "weights");
  });

  test("every model that can be chosen is there, and every file of weights has its notice", () => {
    for (const { weights } of Object.values(CHOICE)) assert.ok(existsSync(join(MODELS, basename(weights))), weights);
    const [files] = readFileSync(join(MODELS, "NOTICE.md"), "utf8").split(" are transformations of ");
    for (const file of readdirSync(MODELS)) {
      if (file !== "NOTICE.md") assert.ok(files.includes(`\`${file}\``), `${file} is named in NOTICE.md`);
    }
  });

  test("without a catalogue there is no server", () => {
    assert.throws(() => createServer({ folders: { "/models/": join(models, "nowhere") } }), /catalogue is missing/);
  });
});
