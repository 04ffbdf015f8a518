// All entries on one page, under the demo's policy: the requests do not depend on the
// history, an erasure leaves nothing, and private queries are sent by the app only.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";

import { seldomIn } from "./lib/long.js";
import { inEachBrowser } from "./lib/package-site.js";

/** Ids and ratings that occur nowhere else. */
const RATED = [
  [58559, 4.625],
  [79132, 3.375],
  [68954, 1.125],
  [109487, 2.875],
];

/** The answer of a candidate server, the same for every query: 200 films. */
const CANDIDATES = mkdtempSync(join(tmpdir(), "pocketrec-candidates-"));
mkdirSync(join(CANDIDATES, "api"));
const films = JSON.parse(readFileSync("web-demo/models/catalogue.json", "utf8"));
const items = films.slice(0, 200).map(({ id }) => id);
writeFileSync(join(CANDIDATES, "api/candidates"), JSON.stringify({ items }));
after(() => rmSync(CANDIDATES, { recursive: true }));

const onOnePage = (at) => {
  /** Opens a page of the origin, with its requests recorded on both sides. */
  async function open(t) {
    const context = await at.browser.createBrowserContext();
    const page = await context.newPage();
    const sent = [];
    const errors = [];
    t.after(() => context.close().catch(() => {}));
    page.on("pageerror", (error) => errors.push(error.message));
    await page.evaluateOnNewDocument(() => {
      window.violations = [];
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        violations.push(`${violatedDirective} ${blockedURI}`),
      );
    });
    at.site.received.length = 0;
    if (at.name === "chrome") {
      // The page and its workers. Elsewhere the server's record has to do.
      const session = await page.createCDPSession();
      await session.send("Network.enable");
      session.on("Network.requestWillBeSent", ({ request }) => sent.push(request));
    }
    await page.goto(at.site.address);
    return Object.assign(page, { sent, errors });
  }

  /** A whole visit of a user with these ratings. Returns the requests. */
  async function visit(t, rated) {
    const page = await open(t);
    const { list, outcome } = await page.evaluate(
      async (rated, manifest) => {
        const [
          { createRecommender, diversify },
          { openHistory },
          { createWorker },
          { privateQuery },
          { eraseWeights },
        ] = await Promise.all(
          ["index", "history", "worker", "privacy", "cache"].map(
            (name) => import(`/dist/${name}.js`),
          ),
        );
        const history = await openHistory("films", { budget: { epsilon: 12, delta: 1e-5 } });
        for (const [item, rating] of rated) await history.add({ item, rating });
        // The demo's policy forbids blob:, which the default would report.
        const start = () => new Worker("/dist/worker-thread.js", { type: "module" });
        const worker = createWorker({ start });
        const [finder, model] = await Promise.all(
          ["candidates", "dae"].map((name) => worker.loadModel({ manifest, name })),
        );
        const retrieve = ({ signal }) =>
          fetch("/api/candidates?list=popular&limit=200", { signal });
        const recommender = createRecommender({
          retrieve,
          rank: model,
          rerank: diversify({ model: finder }),
          history,
        });
        const { recommendations, source } = await recommender.recommend({ topK: 20 });
        const user = await finder.user({ history, features: { count: history.interactionCount } });
        await history.add({ item: 1, rating: 5 });
        await recommender.recommend();
        const centroids = await Promise.all(
          [1, 260, 318, 2571].map((item) => finder.vectors([item])),
        );
        const answers = [
          await privateQuery(user, { epsilon: 4, delta: 1e-6 }),
          await privateQuery(user, { mechanism: "randomised-response", epsilon: 4, centroids }),
        ];
        const refused = await privateQuery(user, { epsilon: 5, delta: 1e-6 }).catch(
          ({ code }) => code,
        );
        const spent = (await openHistory("films")).spent;
        worker.terminate();
        await Promise.all([history.erase(), eraseWeights()]);
        return {
          list: recommendations.map(({ item }) => item),
          outcome: {
            mechanisms: answers.map(({ mechanism }) => mechanism),
            refused,
            spent,
            source,
            interactionCount: history.interactionCount,
          },
        };
      },
      rated,
      manifest(),
    );
    assert.deepEqual(outcome, {
      mechanisms: ["gaussian", "randomised-response"],
      refused: "budget-spent",
      spent: { epsilon: 8, delta: 1e-6, queries: 2 },
      source: "retrieved",
      interactionCount: 0,
    });
    const stored = await page.evaluate(async () => [
      await indexedDB.databases(),
      await caches.keys(),
      Object.keys(localStorage),
      Object.keys(sessionStorage),
      document.cookie,
    ]);
    assert.deepEqual(stored, [[], [], [], [], ""], "nothing is stored after the erasure");
    assert.deepEqual([await page.evaluate(() => violations), page.errors], [[], []]);
    return { list, received: [...at.site.received], sent: page.sent };
  }

  test("the requests are the same for every history: no item, no rating", async (t) => {
    const [rated, unrated] = [await visit(t, RATED), await visit(t, [])];
    assert.notDeepEqual(rated.list, unrated.list, "the lists differ");
    // Which file of the package asks first for another one depends on their order of arrival.
    const withoutOrder = ([name, value]) => [name, value.replace(/\/dist\/[\w.-]+$/, "/dist/")];
    // The browser itself requests the icon, once.
    const requests = ({ received }) =>
      received
        .filter(({ url }) => url !== "/favicon.ico")
        .map(({ method, url, headers, body }) =>
          JSON.stringify([method, url, Object.entries(headers).map(withoutOrder).sort(), body]),
        )
        .sort();
    assert.deepEqual(requests(rated), requests(unrated));
    const urls = rated.received.map(({ url }) => url);
    assert.ok(
      [
        "/models/candidates.safetensors",
        "/models/dae.safetensors",
        "/dist/worker-thread.js",
        "/api/candidates?list=popular&limit=200",
      ].every((url) => urls.includes(url)),
      urls.join("\n"),
    );
    for (const request of [...rated.received, ...rated.sent]) {
      const { method, url, headers, body = request.postData ?? "" } = request;
      assert.deepEqual([method, body], ["GET", ""], url);
      assert.ok(new URL(url, at.site.address).href.startsWith(at.site.address), url);
      const text = JSON.stringify([url, headers]);
      for (const value of RATED.flat()) assert.ok(!text.includes(value), `${value} in ${text}`);
      assert.ok(!headers.cookie && !headers.Cookie);
    }
  });

  test("the answer of a private query is sent by the app only", seldomIn(at.name), async (t) => {
    const page = await open(t);
    await page.evaluate(async () => {
      const [{ loadModel }, { openHistory }, { privateQuery }] = await Promise.all(
        ["index", "history", "privacy"].map((name) => import(`/dist/${name}.js`)),
      );
      const history = await openHistory("films", { budget: { epsilon: 8 } });
      const model = await loadModel("/models/candidates.safetensors");
      await history.add([260, 1196, 1210]);
      Object.assign(window, {
        model,
        privateQuery,
        user: model.user({ history, features: { count: 3 } }),
      });
    });
    const before = at.site.received.length;
    const sentBefore = page.sent.length;
    const centroid = await page.evaluate(async () => {
      const centroids = [
        [1, 260],
        [2571, 318],
      ].map(([one]) => model.vectors([one]));
      return (await privateQuery(user, { mechanism: "randomised-response", epsilon: 8, centroids }))
        .centroid;
    });
    assert.equal(at.site.received.length, before);
    assert.equal(page.sent.length, sentBefore);
    await page.evaluate(
      (centroid) => fetch(`/api/candidates?list=popular&limit=${10 + centroid}`),
      centroid,
    );
    assert.deepEqual(
      at.site.received.slice(before).map(({ url }) => url),
      [`/api/candidates?list=popular&limit=${10 + centroid}`],
    );
  });
};

inEachBrowser("all of it on one page", onOnePage, { more: [CANDIDATES] });

function manifest() {
  const weights = ["candidates", "dae"].map((name) => {
    const bytes = readFileSync(`web-demo/models/${name}.safetensors`);
    return [
      name,
      {
        url: `/models/${name}.safetensors`,
        version: "1",
        bytes: bytes.length,
        sha256: createHash("sha256").update(bytes).digest("hex"),
      },
    ];
  });
  return { format: 1, weights: Object.fromEntries(weights) };
}
