// Models in a worker of Chromium: long tasks of the page, aborted calls, crashes, the policy.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";

import { randomAutoencoder } from "./lib/autoencoder.js";
import { isLong } from "./lib/long.js";
import { inChromium, servePackage } from "./lib/package-site.js";
import { fileOf } from "./lib/weights.js";

/** The longest task that a page may have, in ms of its thread's CPU time. */
const LONG_TASK_MS = 50;

inChromium("a worker in Chromium", (at) => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-large-"));
  let large;
  let visits = 0;

  before(async () => {
    // 50 MB: 250 numbers per item in the encoder and in the decoder, and text as ids.
    const { tensors, info } = randomAutoencoder({
      kind: "mult-dae",
      items: 25_000,
      encoder: [250],
    });
    const ids = new TextEncoder().encode(
      Array.from({ length: 25_000 }, (_, row) => JSON.stringify(`item-${row}`)).join("\n"),
    );
    tensors.item_ids = { shape: [ids.length], data: ids, dtype: "U8" };
    const bytes = new Uint8Array(fileOf({ tensors, info }));
    assert.ok(bytes.length > 50e6, `${bytes.length} bytes`);
    writeFileSync(join(folder, "large.safetensors"), bytes);
    large = await servePackage([folder]);
  });
  after(async () => {
    await large?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Opens a page of the origin, without the demo. errors: of its console. */
  async function open(t, { address } = at.site) {
    const context = await at.browser.createBrowserContext();
    const page = await context.newPage();
    const errors = [];
    t.after(() => context.close().catch(() => {}));
    page.on(
      "console",
      (message) =>
        message.type() === "error" &&
        !message.location().url.endsWith("/favicon.ico") &&
        errors.push(message.text()),
    );
    page.on("pageerror", (error) => errors.push(error.message));
    await page.goto(`${address}?${visits++}`);
    await page.evaluate(async () =>
      Object.assign(
        window,
        await import("/dist/index.js"),
        await import("/dist/worker.js"),
        await import("/dist/history.js"),
      ),
    );
    return Object.assign(page, { errors });
  }

  test("results equal those of the page's own models, under the policy", async (t) => {
    const page = await open(t);
    const differences = await page.evaluate(async () => {
      const worker = createWorker();
      const found = [];
      for (const name of ["gmf", "neumf", "autorec", "dae", "mult-dae", "candidates"]) {
        const address = `/models/${name}.safetensors`;
        const [model, own] = await Promise.all([worker.loadModel(address), loadModel(address)]);
        const history = [
          { item: 260, rating: 5 },
          { item: 1196, rating: 4 },
        ];
        const theirs = await model.recommend(await model.user({ history }));
        const ours = own.recommend(own.user({ history }));
        if (JSON.stringify(theirs) !== JSON.stringify(ours)) found.push(name);
      }
      return found;
    });
    assert.deepEqual(differences, []);
    assert.equal(page.workers().length, 1);
    assert.deepEqual(page.errors, []);
  });

  test(
    "loading 50 MB in a worker leaves the page no task over 50 ms",
    { timeout: 120_000 },
    async (t) => {
      const ways = {
        worker: async () => {
          const model = await createWorker().loadModel("/large.safetensors");
          const user = await model.user({ history: ["item-1", "item-2"] });
          return (await model.recommend(user)).length;
        },
        page: async () => {
          const model = await loadModel("/large.safetensors");
          const user = model.user({ history: ["item-1", "item-2"] });
          return model.recommend(user).length;
        },
      };
      const longest = { worker: [], page: [] };
      // A task of loading is in each measurement, so that one without settles it. With
      // POCKETREC_LONG=1 three are shown, beside those of a page that loads itself.
      const isSettled = () => !isLong && Math.min(...longest.worker) < LONG_TASK_MS;
      for (let turn = 0; turn < 3 && !isSettled(); turn++) {
        for (const [way, work] of Object.entries(isLong ? ways : { worker: ways.worker }))
          longest[way].push(await longestTask(await open(t, large), work));
      }
      for (const [way, times] of Object.entries(longest)) {
        const all = times.map((time) => time.toFixed(1)).join(", ");
        t.diagnostic(`longest tasks of the page, loaded by a ${way}, ms: ${all || "not measured"}`);
      }
      // On a crowded machine a trace may miss the task, so it is measured up to three times.
      let busy = 0;
      for (let turn = 0; turn < 3 && busy <= LONG_TASK_MS; turn++) {
        busy = await longestTask(await open(t), async () => {
          await new Promise((resolve) => setTimeout(resolve));
          for (const end = performance.now() + 300; performance.now() < end;);
          return 10;
        });
      }
      assert.ok(busy > LONG_TASK_MS, `a long task is measured: ${busy} ms`);
      assert.ok(Math.min(...longest.worker) < LONG_TASK_MS, `${longest.worker} ms`);
    },
  );

  test("the page gets progress while the worker loads, and can abort", async (t) => {
    const page = await open(t, large);
    large.received.length = 0;
    const found = await page.evaluate(async () => {
      const worker = createWorker();
      const controller = new AbortController();
      const seen = [];
      const onProgress = (progress) => {
        seen.push(progress.loaded);
        if (progress.loaded > 5e6) controller.abort();
      };
      const error = await worker
        .loadModel("/large.safetensors", { onProgress, signal: controller.signal })
        .catch((error) => error);
      const model = await worker.loadModel("/models/gmf.safetensors");
      return [
        error.code,
        seen.every((loaded, i) => i === 0 || loaded >= seen[i - 1]),
        seen.length > 1,
        (await model.recommend(await model.user({ history: [] }))).length,
      ];
    });
    assert.deepEqual(found, ["aborted", true, true, 10]);
    const requests = large.received.filter(({ url }) => url.includes("large.safetensors"));
    assert.equal(requests.length, 1);
  });

  test("a crash is reported, and the next worker has the same models and users", async (t) => {
    const page = await open(t);
    await page.evaluate(async () => {
      window.crashes = [];
      window.worker = createWorker({
        onCrash: ({ code, message }) => crashes.push([code, message]),
      });
      window.films = await openHistory("films");
      await films.add([
        { item: 260, rating: 5 },
        { item: 1196, rating: 4 },
      ]);
      window.model = await worker.loadModel("/models/dae.safetensors");
      window.user = await model.user({ history: films });
      window.before = await model.recommend(user);
    });
    const [thread] = page.workers();
    // A load that cannot end before the crash.
    await thread.evaluate(() => void (self.fetch = () => new Promise(() => {})));
    await page.evaluate(() => {
      window.pending = worker.loadModel("/models/gmf.safetensors").catch(({ code }) => code);
    });
    await thread.evaluate(
      () =>
        void setTimeout(() => {
          throw new Error("out of luck");
        }),
    );
    await page.waitForFunction(() => crashes.length > 0);
    const [[code, message]] = await page.evaluate(() => crashes);
    assert.equal(code, "worker-crashed");
    assert.match(message, /out of luck/);
    assert.equal(await page.evaluate(() => pending), "worker-crashed");
    await page.evaluate(() => films.add({ item: 1, rating: 5 }));
    const same = await page.evaluate(async () => {
      const own = await loadModel("/models/dae.safetensors");
      return (
        JSON.stringify(await model.recommend(user)) ===
        JSON.stringify(own.recommend(own.user({ history: films })))
      );
    });
    assert.ok(same);
    assert.equal(page.workers().length, 1);
    await page.evaluate(() => worker.terminate());
    await page.waitForFunction(() =>
      model.recommend(user).then(
        () => false,
        ({ code }) => code === "disposed",
      ),
    );
  });

  test("calls that are pending at a crash reject", async (t) => {
    const page = await open(t);
    const [, code] = await Promise.all([
      page
        .waitForFunction(() => window.isCalling)
        .then(() =>
          page.workers()[0].evaluate(
            () =>
              void setTimeout(() => {
                throw new Error("now");
              }),
          ),
        ),
      page.evaluate(async () => {
        const worker = createWorker();
        const model = await worker.loadModel("/models/neumf.safetensors");
        window.isCalling = true;
        for (;;) {
          const error = await model.user({ history: [260, 1196, 1210, 1, 2] }).then(
            () => undefined,
            (error) => error,
          );
          if (error) return error.code;
        }
      }),
    ]);
    assert.equal(code, "worker-crashed");
  });

  test("a script that cannot be loaded is an error", async (t) => {
    const page = await open(t);
    const error = await page.evaluate(() =>
      createWorker({ start: () => new Worker("/missing.js", { type: "module" }) })
        .loadModel("/models/gmf.safetensors")
        .catch(({ code, message }) => ({ code, message })),
    );
    assert.equal(error.code, "worker-crashed");
    assert.match(error.message, /cannot be loaded/);
  });

  test("weights of a manifest come from the cache at the second visit", async (t) => {
    const page = await open(t);
    const { createHash } = await import("node:crypto");
    const bytes = readFileSync("web-demo/models/gmf.safetensors");
    const manifest = {
      format: 1,
      weights: {
        gmf: {
          url: "/models/gmf.safetensors",
          version: "1",
          bytes: bytes.length,
          sha256: createHash("sha256").update(bytes).digest("hex"),
        },
      },
    };
    const load = (manifest) =>
      createWorker()
        .loadModel({ manifest, name: "gmf" })
        .then(({ weights, kind }) => ({ ...weights, kind }));
    assert.deepEqual(await page.evaluate(load, manifest), {
      version: "1",
      source: "network",
      kind: "gmf",
    });
    at.site.received.length = 0;
    await page.reload();
    await page.evaluate(async () => Object.assign(window, await import("/dist/worker.js")));
    assert.deepEqual(await page.evaluate(load, manifest), {
      version: "1",
      source: "cache",
      kind: "gmf",
    });
    assert.ok(!at.site.received.some(({ url }) => url.includes("safetensors")));
  });
});

/**
 * The longest task of a page's main thread during some work, in ms of the thread's CPU time.
 *
 * @param {import("puppeteer-core").Page} page
 * @param {() => Promise<number>} work returns 10
 */
async function longestTask(page, work) {
  await page.tracing.start({
    categories: ["toplevel", "disabled-by-default-devtools.timeline", "__metadata"],
  });
  assert.equal(await page.evaluate(work), 10);
  const { traceEvents } = JSON.parse(new TextDecoder().decode(await page.tracing.stop()));
  // Only of this page's process: the browser has others, and a spare one.
  const {
    args: {
      data: { frames },
    },
  } = traceEvents.find(({ name }) => name === "TracingStartedInBrowser");
  const own = frames.find(({ url }) => url === page.url()).processId;
  const main = traceEvents.find(
    ({ name, pid, args }) =>
      name === "thread_name" && pid === own && args.name === "CrRendererMain",
  );
  const tasks = traceEvents.filter(
    ({ name, pid, tid }) =>
      name === "ThreadControllerImpl::RunTask" && pid === own && tid === main.tid,
  );
  assert.ok(tasks.length > 0, "tasks were recorded");
  return Math.max(...tasks.map(({ tdur = 0 }) => tdur)) / 1000;
}
