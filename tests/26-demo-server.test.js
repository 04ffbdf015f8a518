/**
 * The demo's server over real HTTP: the endpoint's contract, its models' answers, and what the
 * server refuses. No browser.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from "node:fs";
import http from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { loadModel } from "../dist/index.node.js";
import { MODELS as CHOICE, weightsOf } from "../web-demo/page/ranking/models.js";
import { printSample } from "../web-demo/sample.js";
import { createServer } from "../web-demo/server/server.js";
import { serveDemo } from "./lib/demo.js";

/** The weights and the catalogue, before the build copies them. */
const MODELS = "web-demo/models";
const catalogue = JSON.parse(readFileSync(join(MODELS, "catalogue.json"), "utf8"));
const filmOf = new Map(catalogue.map((film) => [film.id, film]));
const ALIEN = catalogue.find(({ title }) => title === "Alien").id;

describe("the demo's server", () => {
  let demo;

  before(async () => (demo = await serveDemo()));
  after(() => demo.stop());

  test("what `npm start` prints: the list of a visitor who likes animation", async (t) => {
    const { mock } = t.mock.method(console, "log", () => {});
    await printSample(demo.address.slice(0, -1));
    mock.restore();
    const lines = mock.calls.flatMap(({ arguments: [text] }) => text.split("\n"));
    assert.match(lines[0], /^For a visitor who gave 5 stars to Toy Story, Finding Nemo, /);
    const films = lines.filter((line) => /^ +\d+\. /.test(line));
    assert.equal(films.length, 10);
    const animated = films.filter((line) => /Animation|Children/.test(line));
    assert.ok(animated.length >= 8, films.join("\n"));
    assert.match(lines.at(-1), /candidates from the server in [\d.]+ ms, .*\(ranker, SIMD: /);
  });

  /** Not `fetch`, which would tidy the path up before it is sent. */
  async function ask(path, { method = "GET", headers = {} } = {}) {
    const request = http.request({ port: demo.port, path, method, headers }).end();
    const [response] = await once(request, "response");
    const chunks = [];
    for await (const chunk of response) chunks.push(chunk);
    const bytes = Buffer.concat(chunks);
    return {
      status: response.statusCode,
      headers: response.headers,
      bytes,
      body: bytes.toString(),
    };
  }

  async function itemsOf(query) {
    const { status, headers, body } = await ask(`/api/candidates${query}`);
    assert.equal(status, 200, query);
    assert.match(headers["content-type"], /^application\/json/);
    assert.match(headers["cache-control"], /^public/);
    assert.equal(headers["set-cookie"], undefined);
    const { items } = JSON.parse(body);
    assert.equal(new Set(items).size, items.length, "no film twice");
    return items;
  }

  const best = catalogue
    .toSorted((a, b) => b.popularity - a.popularity || a.id - b.id)
    .slice(0, 500);
  const promises = {
    popular: (film) => best.includes(film),
    recent: ({ year }) => year >= 2010,
    classics: ({ year }) => year !== null && year < 1970,
    Comedy: ({ genres }) => genres.includes("Comedy"),
    "Film-Noir": ({ genres }) => genres.includes("Film-Noir"),
  };
  for (const [list, keeps] of Object.entries(promises)) {
    test(`the list "${list}" holds what its name promises, up to its limit`, async () => {
      const all = await itemsOf(`?list=${list}&limit=1000`);
      assert.ok(all.every((id) => keeps(filmOf.get(id))));
      assert.equal(all.length, Math.min(1000, catalogue.filter(keeps).length), "all of them");
      assert.deepEqual(await itemsOf(`?list=${list}`), all.slice(0, 200));
      assert.deepEqual(await itemsOf(`?list=${list}&limit=3`), all.slice(0, 3));
    });
  }

  test("a list is what the model finds for a user who watched its best-known films", async () => {
    const model = await loadModel(join(MODELS, "candidates.safetensors"));
    const horror = catalogue
      .toSorted((a, b) => b.popularity - a.popularity || a.id - b.id)
      .filter(({ genres }) => genres.includes("Horror"))
      .map(({ id }) => id);
    const user = model.user({
      history: horror.slice(0, 20).reverse(),
      features: { searched: ["horror"], count: 20 },
    });
    const found = model.recommend(user, { topK: model.itemCount }).map(({ item }) => item);
    assert.deepEqual(
      await itemsOf("?list=Horror&limit=1000"),
      found.filter((id) => horror.includes(id)),
    );
    assert.deepEqual(await itemsOf(""), await itemsOf("?list=popular"));

    const alone = model.user({ history: [ALIEN], features: { count: 1 } });
    const around = model.recommend(alone, { topK: 50, exclude: [ALIEN] }).map(({ item }) => item);
    assert.deepEqual(await itemsOf(`?near=${ALIEN}&limit=50`), around);
    model.dispose();
  });

  test("every visitor gets the same answer, whatever the request's headers", async () => {
    for (const path of [
      "/api/candidates?list=Drama",
      `/api/candidates?near=${ALIEN}`,
      "/api/candidates?list=recent&rows=1",
    ]) {
      const { bytes, headers } = await ask(path);
      const strange = {
        cookie: "history=1",
        "accept-language": "de",
        "user-agent": "another",
        accept: "text/html",
      };
      await ask(`/api/candidates?near=${catalogue[5].id}`);
      const again = await ask(path, { headers: strange });
      assert.deepEqual(again.bytes, bytes, path);
      assert.equal(headers.vary, undefined);
    }
  });

  test("with rows=1 the answer is a candidate pack, for a ranker without items", async () => {
    const whole = await loadModel(join(MODELS, "ranker.safetensors"), { simd: "simd128" });
    const { bytes } = await ask("/models/ranker-without-films.safetensors");
    const bare = await loadModel(bytes, { simd: "simd128" });
    const input = {
      history: [
        { item: ALIEN, rating: 5 },
        { item: 1, rating: 4 },
      ],
      features: { mean_rating: 4.5, count: 2 },
    };
    const user = bare.user(input);
    assert.throws(() => bare.recommend(user), { code: "bad-argument" });
    for (const query of ["list=popular", "list=Film-Noir&limit=7", `near=${ALIEN}&limit=1000`]) {
      const { status, headers, bytes: body } = await ask(`/api/candidates?${query}&rows=1`);
      assert.equal(status, 200);
      assert.equal(headers["content-type"], "application/octet-stream");
      const pack = await bare.openCandidates(body);
      const items = await itemsOf(`?${query}`);
      assert.deepEqual(pack.items, items);
      assert.deepEqual(bare.rank(user, pack), whole.rank(whole.user(input), items));
      assert.ok(
        body.length < 100 * items.length + 600,
        `${body.length} bytes for ${items.length} films`,
      );
    }
  });

  test("the ranker without films is not sent twice", async () => {
    const { status, headers, bytes } = await ask("/models/ranker-without-films.safetensors");
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "application/octet-stream");
    assert.ok(bytes.length < readFileSync(join(MODELS, "ranker.safetensors")).length - 80_000);
    const again = await ask("/models/ranker-without-films.safetensors", {
      headers: { "if-none-match": headers.etag },
    });
    assert.equal(again.status, 304);
  });

  const mistakes = {
    "?list=best": /no list is called "best"; there are: popular, recent, classics, Action, /,
    "?list=constructor": /no list is called/,
    "?limit=0": /from 1 to 1000, and is "0"/,
    "?limit=1001": /from 1 to 1000/,
    "?limit=1e2": /from 1 to 1000/,
    "?limit=": /from 1 to 1000/,
    "?history=10": /"history" is not a parameter/,
    "?list=popular&list=recent": /more than once/,
    "?near=1&near=2": /more than once/,
    "?near=1&list=popular": /near takes the place of list/,
    "?near=0": /the number of a film of the catalogue, and is "0"/,
    "?near=1,2": /the number of a film/,
    "?near=": /the number of a film/,
    "?near=1e0": /the number of a film/,
    "?rows=0": /rows can only be 1/,
    "?rows=true": /rows can only be 1/,
  };
  for (const [query, message] of Object.entries(mistakes)) {
    test(`candidates${query} is refused in words`, async () => {
      const { status, headers, body } = await ask(`/api/candidates${query}`);
      assert.equal(status, 400);
      assert.equal(headers["cache-control"], "no-store");
      assert.match(JSON.parse(body).error, message);
    });
  }

  test("nothing but reading is allowed", async () => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH", "OPTIONS"]) {
      for (const path of [
        "/",
        "/api/candidates",
        "/models/catalogue.json",
        "/models/ranker-without-films.safetensors",
      ]) {
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
      "/dist/index.js",
      "/main.jsx",
      "/models/",
      "/models",
    ];
    for (const path of paths) assert.equal((await ask(path)).status, 404, path);
    assert.equal((await ask("//")).status, 400);
    assert.equal((await ask("foo://x")).status, 400);
  });

  test("every answer has the security headers", async () => {
    const paths = ["/", "/sw.js", "/models/catalogue.json", "/api/candidates?list=x", "/x", "//"];
    for (const path of paths) {
      const { headers } = await ask(path);
      const policy = headers["content-security-policy"];
      assert.match(
        policy,
        /^default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self';/,
        path,
      );
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["referrer-policy"], "no-referrer");
    }
  });

  test("files have their types, and are not sent twice", async () => {
    const types = {
      "/": "text/html;charset=utf-8",
      "/sw.js": "text/javascript",
      "/icon.svg": "image/svg+xml",
      "/models/NOTICE.md": "text/plain;charset=utf-8",
      "/models/catalogue.json": "application/json",
      "/models/neumf.safetensors": "application/octet-stream",
    };
    for (const [path, type] of Object.entries(types)) {
      const { status, headers } = await ask(path);
      assert.equal(status, 200, path);
      assert.equal(headers["content-type"], type);
      assert.equal(headers["cache-control"], "no-cache");
      const again = await ask(path, { headers: { "if-none-match": headers.etag } });
      assert.equal(again.status, 304, path);
    }
  });

  test("what has a hash in its name is kept for good, and exists", async () => {
    const { body } = await ask("/");
    const assets = [...body.matchAll(/(?:src|href)="\.(\/assets\/[^"]+)"/g)];
    assert.ok(assets.length >= 2, body);
    for (const [, path] of assets) {
      const { status, headers } = await ask(path);
      assert.equal(status, 200, path);
      assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
    }
  });

  test("texts are sent compressed to who can read that, weights as they are", async () => {
    const plain = await ask("/models/catalogue.json");
    for (const [encoding, decode] of Object.entries({
      br: brotliDecompressSync,
      gzip: gunzipSync,
    })) {
      const asked = { headers: { "accept-encoding": encoding } };
      const { headers, bytes } = await ask("/models/catalogue.json", asked);
      assert.equal(headers["content-encoding"], encoding);
      assert.equal(headers.vary, "Accept-Encoding");
      assert.equal(headers["content-type"], "application/json");
      assert.ok(bytes.length < plain.bytes.length / 4);
      assert.deepEqual(decode(bytes), plain.bytes);
      const weights = await ask("/models/neumf.safetensors", asked);
      assert.equal(weights.headers["content-encoding"], undefined);
    }
  });

  test("an encoding that a client refuses is not sent", async () => {
    for (const [accepted, sent] of Object.entries({
      "br;q=0": undefined,
      "gzip, br; q=0.0": "gzip",
      "br;q=0,gzip;q=0,*;q=0": undefined,
      "gzip;q=0, br;q=0.1": "br",
    })) {
      const headers = { "accept-encoding": accepted };
      const answer = await ask("/models/catalogue.json", { headers });
      assert.equal(answer.headers["content-encoding"], sent, accepted);
      assert.equal(answer.headers.vary, "Accept-Encoding");
    }
  });

  test("the genre vectors are those of synthetic users, the same for every visitor", async () => {
    const { status, headers, body } = await ask("/api/tastes");
    const { tastes } = JSON.parse(body);
    assert.equal(status, 200);
    assert.match(headers["cache-control"], /^public/);
    const model = await loadModel(join(MODELS, "candidates.safetensors"));
    const genres = [...new Set(catalogue.flatMap((film) => film.genres))].sort();
    assert.deepEqual(
      tastes.map(({ list }) => list),
      genres,
    );
    const horror = catalogue
      .toSorted((a, b) => b.popularity - a.popularity || a.id - b.id)
      .filter((film) => film.genres.includes("Horror"));
    const history = horror
      .slice(0, 20)
      .map(({ id }) => id)
      .reverse();
    const user = model.user({ history, features: { count: 20 } });
    assert.deepEqual(tastes.find(({ list }) => list === "Horror").vector, [...user.vector]);
    assert.equal((await ask("/api/tastes", { method: "POST" })).status, 405);
  });

  test("an interrupted download resumes; other ranges are ignored", async () => {
    const path = "/models/neumf.safetensors";
    const whole = readFileSync(join(MODELS, "neumf.safetensors"));
    const rest = await ask(path, { headers: { range: "bytes=1000-" } });
    assert.equal(rest.status, 206);
    assert.equal(rest.headers["content-range"], `bytes 1000-${whole.length - 1}/${whole.length}`);
    assert.deepEqual(rest.bytes, whole.subarray(1000));
    for (const range of ["bytes=5-2", "bytes=-5", "bytes=0-1,3-4", "bytes=x-", "lines=1-"]) {
      const { status, bytes } = await ask(path, { headers: { range } });
      assert.equal(status, 200, range);
      assert.deepEqual(bytes, whole);
    }
    assert.equal((await ask(path, { headers: { range: `bytes=${whole.length}-` } })).status, 416);
    // The first part may be of an older build.
    const other = await ask(path, { headers: { range: "bytes=1000-", "if-range": '"another"' } });
    assert.equal(other.status, 200);
    assert.deepEqual(other.bytes, whole);
  });

  test("the manifest names every file of weights, with its length and hash", async () => {
    const { status, headers, body } = await ask("/models/manifest.json");
    const { format, weights } = JSON.parse(body);
    assert.deepEqual(
      [status, headers["content-type"], headers["cache-control"], format],
      [200, "application/json", "no-cache", 1],
    );
    const files = readdirSync(MODELS)
      .filter((file) => file.endsWith(".safetensors"))
      .concat("ranker-without-films.safetensors");
    assert.deepEqual(
      Object.values(weights)
        .map(({ url }) => url)
        .sort(),
      files.sort(),
    );
    for (const { url, version, bytes, sha256 } of Object.values(weights)) {
      const file = (await ask(`/models/${url}`)).bytes;
      const hash = createHash("sha256").update(file).digest("hex");
      assert.deepEqual([bytes, sha256, version], [file.length, hash, hash.slice(0, 12)], url);
    }
  });

  test("every model that can be chosen exists, and every weights file has its notice", async () => {
    for (const weights of Object.keys(CHOICE).map((name) => `/${weightsOf(name)}`))
      assert.equal((await ask(weights, { method: "HEAD" })).status, 200, weights);
    const [files] = readFileSync(join(MODELS, "NOTICE.md"), "utf8").split(
      " are transformations of ",
    );
    for (const file of readdirSync(MODELS)) {
      if (file !== "NOTICE.md")
        assert.ok(files.includes(`\`${file}\``), `${file} is named in NOTICE.md`);
    }
  });

  test("the server does not start without its catalogue or a model of its stages", async () => {
    const page = mkdtempSync(join(tmpdir(), "pocketrec-server-"));
    const models = join(page, "models");
    mkdirSync(models);
    const needed = ["catalogue.json", "candidates.safetensors", "ranker.safetensors"];
    for (const missing of needed) {
      for (const file of needed) copyFileSync(join(MODELS, file), join(models, file));
      rmSync(join(models, missing));
      await assert.rejects(createServer({ page }), new RegExp(`needs .*${missing}`));
    }
    rmSync(page, { recursive: true });
  });
});

test("the page can be built in a folder with any name", async () => {
  const folder = mkdtempSync(join(tmpdir(), "a b 폴더 #1 %20 "));
  const demo = join(folder, "web-demo");
  try {
    for (const name of ["vite.config.js", "vite", "server", "package.json"])
      cpSync(join("web-demo", name), join(demo, name), { recursive: true });
    symlinkSync(resolve("web-demo/node_modules"), join(demo, "node_modules"));
    for (const name of ["dist", "scripts"]) symlinkSync(resolve(name), join(folder, name));
    const { default: config } = await import(pathToFileURL(join(demo, "vite.config.js")).href);
    assert.ok(config.resolve.alias.length >= 6);
    for (const { replacement } of config.resolve.alias)
      assert.ok(existsSync(replacement), replacement);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
