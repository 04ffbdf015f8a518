// Loading: every kind of source, progress, an abort at any moment, servers that answer nonsense,
// and dispose().
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { pathToFileURL } from "node:url";

import { loadModel } from "pocketrec";

import { assertRefused } from "./lib/assert-refused.js";
import { noRelaxed } from "./lib/variants.js";
import { fileOf, randomVector, randomWeights } from "./lib/weights.js";

const weights = randomWeights({ kind: "gmf", gmf: 8, items: 20_000 });
const file = fileOf(weights);
const folder = mkdtempSync(join(tmpdir(), "pocketrec-"));
const path = join(folder, "a model.safetensors");
let server;
let address;

before(async () => {
  writeFileSync(path, new Uint8Array(file));
  server = createServer(answer).listen(0, "127.0.0.1");
  await once(server, "listening");
  address = `http://127.0.0.1:${server.address().port}`;
});

after(() => {
  server.closeAllConnections();
  server.close();
  rmSync(folder, { recursive: true });
});

function answer({ url }, response) {
  const body = Buffer.from(file);
  const routes = {
    "/model": () => response.setHeader("content-length", body.length).end(body),
    "/unknown-length": () =>
      response.write(body.subarray(0, 5000), () => response.end(body.subarray(5000))),
    "/cut": () =>
      response
        .setHeader("content-length", body.length)
        .write(body.subarray(0, 5000), () => response.destroy()),
    "/short": () => response.end(body.subarray(0, 5000)),
    "/html": () =>
      response.setHeader("content-type", "text/html").end("<!doctype html><title>app</title>"),
    "/slow": () => response.write(body.subarray(0, 5000)),
    "/empty": () => response.end(),
  };
  if (routes[url]) routes[url]();
  else response.writeHead(url === "/500" ? 500 : 404).end("<h1>no</h1>");
}

/** The GMF half of the users in eight bits: -1 to 10, each half of what is stored. */
function eightBitUsers({ tensors, info }) {
  const table = {
    dtype: "I8",
    shape: [2, 6],
    data: Int8Array.from({ length: 12 }, (_, i) => 2 * (i - 1)),
  };
  return {
    tensors: {
      ...tensors,
      "gmf.user": table,
      "gmf.user.scale": { shape: [2], data: Float32Array.of(0.5, 0.5) },
    },
    info,
  };
}

/** @param {() => unknown} call */
describe("sources", () => {
  const sources = {
    "a path": () => path,
    "a file: URL": () => pathToFileURL(path),
    "a file: URL as text": () => pathToFileURL(path).href,
    "an http: URL": () => `${address}/model`,
    "a URL object": () => new URL("/model", address),
    "a Response": () => fetch(`${address}/model`),
    "a Response of unknown length": () => fetch(`${address}/unknown-length`),
    "a Blob": () => new Blob([file]),
    "a data: URL": () =>
      `data:;base64,${Buffer.from(fileOf(randomWeights({ kind: "gmf" }))).toString("base64")}`,
    "an ArrayBuffer": () => file,
    "a Uint8Array": () => new Uint8Array(file),
    "a Buffer": () => readFileSync(path),
    "a DataView": () => new DataView(file),
  };
  for (const [what, source] of Object.entries(sources)) {
    test(what, async () => {
      const model = await loadModel(await source());
      assert.equal(model.kind, "gmf");
      assert.equal(model.score(model.user({ history: [] }), [1, 2]).length, 2);
      model.dispose();
    });
  }

  for (const source of [undefined, null, 5, {}, [], { gmf: file }]) {
    test(`${JSON.stringify(source)?.slice(0, 12)} is none`, () =>
      assertRefused(() => loadModel(source), "bad-argument", "source"));
  }

  test("loading does not touch the bytes, and needs them no more", async () => {
    const { tensors, info } = eightBitUsers(randomWeights({ users: 2 }));
    const bytes = new Uint8Array(fileOf({ tensors, info }));
    const kept = bytes.slice();
    const model = await loadModel(bytes);
    assert.deepEqual(bytes, kept);
    bytes.fill(0xff);
    assert.deepEqual([...model.user({ id: 1 }).vector.subarray(0, 6)], [5, 6, 7, 8, 9, 10]);
  });
});

describe("servers and files that fail", () => {
  test("404", () =>
    assertRefused(() => loadModel(`${address}/nothing`), "http", `${address}/nothing`));
  test("500", () => assertRefused(() => loadModel(`${address}/500`), "http"));
  test("the app's HTML instead of the file", async () => {
    await assert.rejects(loadModel(`${address}/html`), { code: "not-safetensors", hint: /HTML/ });
  });
  test("an empty answer", () =>
    assertRefused(() => loadModel(`${address}/empty`), "not-safetensors"));
  test("an answer that breaks off", () =>
    assertRefused(() => loadModel(`${address}/cut`), "network", `${address}/cut`));
  test("an answer that is too short", () =>
    assertRefused(() => loadModel(`${address}/short`), "truncated"));
  test("a server that is not there", () =>
    assertRefused(() => loadModel("http://127.0.0.1:1/model"), "network"));
  test("a file: URL that is none", () => assertRefused(() => loadModel("file://["), "unreadable"));
  test("a buffer that was transferred away", async () => {
    const buffer = file.slice(0);
    const view = new Uint8Array(buffer);
    structuredClone(buffer, { transfer: [buffer] });
    await assertRefused(() => loadModel(buffer), "bad-argument", "source");
    await assertRefused(() => loadModel(view), "bad-argument", "source");
  });
  test("a file that is not there", () =>
    assertRefused(() => loadModel(join(folder, "none")), "not-found", join(folder, "none")));
  test("a folder", () => assertRefused(() => loadModel(folder), "unreadable"));
  test("a Response that was read before", async () => {
    const response = await fetch(`${address}/model`);
    await response.arrayBuffer();
    await assertRefused(() => loadModel(response), "bad-argument", `${address}/model`);
  });
});

describe("progress", () => {
  test("grows to the total", async () => {
    const seen = [];
    await loadModel(`${address}/model`, { onProgress: (progress) => seen.push(progress) });
    assert.ok(seen.length >= 2);
    assert.ok(
      seen.every(
        ({ loaded, total }, i) =>
          total === file.byteLength && (i === 0 || loaded >= seen[i - 1].loaded),
      ),
    );
    assert.equal(seen.at(-1).loaded, file.byteLength);
  });

  test("without a length there is no total", async () => {
    const seen = [];
    await loadModel(`${address}/unknown-length`, { onProgress: (progress) => seen.push(progress) });
    assert.ok(
      seen.every(({ total }) => total === undefined) && seen.at(-1).loaded === file.byteLength,
    );
  });

  test("a callback that throws ends the loading with its error", async () => {
    await assert.rejects(
      loadModel(`${address}/model`, {
        onProgress: () => {
          throw new TypeError("mine");
        },
      }),
      TypeError,
    );
  });
});

describe("abort", () => {
  test("before anything", () =>
    assertRefused(() => loadModel(file, { signal: AbortSignal.abort() }), "aborted"));
  test("before a file", () =>
    assertRefused(() => loadModel(path, { signal: AbortSignal.abort() }), "aborted"));
  test("while the server answers", async () => {
    const controller = new AbortController();
    const loading = loadModel(`${address}/slow`, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 50);
    await assert.rejects(
      loading,
      ({ code, cause }) => code === "aborted" && cause.message === "enough",
    );
  });
  test("while the server is silent", () =>
    assertRefused(
      () => loadModel(`${address}/slow`, { signal: AbortSignal.timeout(50) }),
      "aborted",
    ));
  test("while the model is being set up", async () => {
    // Unfolded, so that setting up takes a while: the item half of the first layer is computed.
    const large = fileOf(
      randomWeights({ kind: "mlp", user: 4, item: 256, widths: [256], items: 20_000 }),
    );
    const controller = new AbortController();
    const loading = loadModel(large, { signal: controller.signal });
    setTimeout(() => controller.abort(), 1);
    await assertRefused(() => loading, "aborted");
  });
});

describe("options", () => {
  test("simd128 is always there", async () =>
    assert.equal((await loadModel(file, { simd: "simd128" })).simd, "simd128"));
  test("auto takes relaxed SIMD where the engine has it", { skip: noRelaxed }, async () => {
    assert.equal((await loadModel(file)).simd, "relaxed");
    assert.equal((await loadModel(file, { simd: "relaxed" })).simd, "relaxed");
  });
  test("a simd that is none", () =>
    assertRefused(() => loadModel(file, { simd: "avx512" }), "bad-argument", "simd"));

  test("a module of one's own", async () => {
    const module = new WebAssembly.Module(readFileSync("dist/pocketrec.wasm"));
    assert.equal((await loadModel(file, { module })).simd, "simd128");
  });
  test("a module that is another's", async () => {
    const other = new WebAssembly.Module(Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0));
    await assertRefused(() => loadModel(file, { module: other }), "bad-module");
  });
  test("a module that is none", () =>
    assertRefused(
      () => loadModel(file, { module: readFileSync("dist/pocketrec.wasm") }),
      "bad-argument",
    ));

  test("verify asks the file's check vectors again", async () => {
    const vector = [...randomVector(8, 3)];
    const items = [1, 500, 19_999];
    const model = await loadModel(file);
    const scores = [...model.score(model.user({ vector }), items)];
    const described = (check) => fileOf({ ...weights, info: { ...weights.info, check } });
    await loadModel(described([{ vector, items, scores }]), { verify: true });
    const wrong = described([
      { vector, items, scores },
      { vector, items, scores: [scores[0], scores[1] + 0.01, scores[2]] },
    ]);
    await loadModel(wrong);
    await assertRefused(
      () => loadModel(wrong, { verify: true }),
      "verify-failed",
      /check 1, item 500/,
    );
    const raw = [...model.score(model.user({ vector }), items, { raw: true })];
    await loadModel(described([{ vector, items, scores, raw }]), { verify: true });
    await assertRefused(
      () =>
        loadModel(described([{ vector, items, scores, raw: [raw[0], raw[1], 99] }]), {
          verify: true,
        }),
      "verify-failed",
      /raw, item 19999/,
    );
    await assertRefused(() => loadModel(file, { verify: true }), "verify-failed", "check");
    await assertRefused(
      () => loadModel(described([{ vector, items: [20_000], scores: [0.5] }]), { verify: true }),
      "unknown-item",
    );
  });
});

describe("properties of a model", () => {
  test("info is the file's description with defaults, frozen", async () => {
    const described = {
      ...weights,
      info: { ...weights.info, name: "A model", provenance: { seed: 1 }, fold_in: { steps: 7 } },
    };
    const { info } = await loadModel(fileOf(described));
    assert.equal(info.name, "A model");
    assert.deepEqual(info.fold_in, { steps: 7, learning_rate: 0.1, negatives: 4, prior: 1 });
    assert.throws(() => {
      info.provenance.seed = 2;
    }, TypeError);
  });
});

describe("dispose", () => {
  test("Symbol.dispose works where the engine has it", { skip: !Symbol.dispose }, async () => {
    const model = await loadModel(file);
    model[Symbol.dispose]();
    await assertRefused(() => model.bytes, "disposed", "model");
  });

  test("every call of a disposed model is refused", async () => {
    const model = await loadModel(file);
    const user = model.user({ history: [1] });
    model.dispose();
    model.dispose();
    for (const call of [
      () => model.user({ history: [] }),
      () => model.user({ history: [1] }),
      () => model.user({ vector: user.vector }),
      () => model.score(user, [1]),
      () => model.score(user, []),
      () => model.rank(user, [1]),
      () => model.recommend(user),
      () => user.update({ add: [2] }),
    ])
      assert.throws(call, { code: "disposed" });
    assert.equal(user.vector.length, 8, "a vector returned before stays valid");
  });

  test("models do not share memory", async () => {
    const a = await loadModel(file);
    const b = await loadModel(file);
    const vector = randomVector(8, 1);
    const before = b.score(b.user({ vector }), [1, 2, 3]);
    a.dispose();
    assert.deepEqual(b.score(b.user({ vector }), [1, 2, 3]), before);
  });

  test("a small file that asks for eight gigabytes", async () => {
    const greedy = fileOf(
      randomWeights({ kind: "mlp", user: 1, item: 1, widths: [2000], items: 1_000_000 }),
    );
    await assertRefused(() => loadModel(greedy), "out-of-memory", "memory");
    assert.equal((await loadModel(file)).itemCount, 20_000, "the process stays usable");
  });
});
