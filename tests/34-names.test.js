// Every flag, entry and API name in README.md and docs/ exists, and every page is found.
import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";

import { createRecommender, loadModel } from "pocketrec";
import { engineIndex, milvusEngine } from "pocketrec/engine";
import { openHistory } from "pocketrec/history";
import { packMaker } from "pocketrec/packs";
import { createWorker } from "pocketrec/worker";

import { pocketrec } from "./lib/command-line.js";
import { pages } from "./lib/page-blocks.js";
import { StandInMilvus } from "./lib/stand-in-milvus.js";

const BOOKS = "examples/first/books.safetensors";
// The changelog has old names too.
const texts = pages()
  .filter((page) => page !== "CHANGELOG.md")
  .map((page) => ({ page, text: readFileSync(page, "utf8") }));

/** What a pattern finds in the pages, as "page: match", without those that `exists`. */
const missing = (pattern, exists, all = texts) =>
  all.flatMap(({ page, text }) =>
    [...text.matchAll(pattern)]
      .filter((match) => !exists(...match))
      .map(([all]) => `${page}: ${all}`),
  );

/** Flags of npm, node and the tests of a clone. */
const OTHER_FLAGS = new Set(
  [
    "--save-dev --test --minutes --seed --prefix",
    "--host --port --data-dir --address", // docs/engines.md
    "--format --loader --splitting --no-scope-hoist", // docs/bundlers.md
    "--allow-read --allow-net --allow-env --allow-sys --allow-write", // Deno: docs/runtimes.md
    "--experimental-vm-modules", // Jest: docs/runtimes.md
    "--processes --drain", // docs/server.md
    "--dry-run --publish --ignore-scripts --access --provenance", // docs/releasing.md
  ]
    .join(" ")
    .split(" "),
);

test("every flag exists", () => {
  const { stdout } = pocketrec("--help");
  const commands = [...stdout.matchAll(/^ {2}(\w+) /gm)].map(([, name]) => name);
  const help = commands.map((name) => pocketrec(name, "--help").stdout).join("\n");
  const flags = new Set(help.match(/--[a-z][\w-]*/g));
  assert.ok(flags.size > 30, [...flags].join(" "));
  const wrong = missing(
    /(?<![\w-])--[a-z][\w-]*/g,
    (flag) => flags.has(flag) || OTHER_FLAGS.has(flag),
  );
  assert.deepEqual(wrong, []);
});

test("every command of npx pocketrec-cli exists", () => {
  const { stdout } = pocketrec("--help");
  const wrong = missing(/npx pocketrec-cli (\w+)/g, (_all, name) =>
    new RegExp(`^ {2}${name} `, "m").test(stdout),
  );
  assert.deepEqual(wrong, []);
});

test("every entry of the package exists", () => {
  const { exports } = JSON.parse(readFileSync("package.json", "utf8"));
  const wrong = missing(/[`"]pocketrec\/([\w.-]+)[`"?]/g, (_all, name) => `./${name}` in exports);
  assert.deepEqual(wrong, []);
});

test("every property of a model, user, history and others exists", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-names-"));
  context.after(() => rmSync(folder, { recursive: true }));
  const model = await loadModel(BOOKS);
  const maker = packMaker(readFileSync(BOOKS));
  const history = await openHistory("names", { folder });
  const worker = createWorker();
  context.after(() => [history.close(), worker.terminate(), model.dispose()]);
  const films = await loadModel("web-demo/models/candidates.safetensors");
  const engine = milvusEngine({ client: new StandInMilvus(), collection: "films" });
  const objects = {
    model,
    history,
    worker,
    maker,
    user: model.user({ history }),
    pack: await model.openCandidates(maker.pack(["Cold Ink"])),
    index: await engineIndex(films, engine, { create: true }),
    recommender: createRecommender({ rank: model }),
  };
  // A model in a worker has `weights`, an index of pocketrec/hnsw `save`; a file the tensor.
  const elsewhere = new Set(["model.weights", "index.save", "user.bias"]);
  const names = Object.keys(objects).join("|");
  const pattern = new RegExp(
    `(?<=[\`\\s(!])(${names})\\.(?!js\\b|md\\b|html\\b|pth\\b|safetensors\\b)([a-z]\\w*)`,
    "gi",
  );
  const isThere = (_all, name, property) => {
    const object = objects[name];
    return !object || property in object || elsewhere.has(`${name}.${property}`);
  };
  // Pages about other frameworks have their models.
  const own = texts.filter(({ page }) => !page.startsWith("docs/from-"));
  const wrong = missing(pattern, isThere, own);
  assert.deepEqual(wrong, []);
});

test("every page of docs/ is in docs/index.md and in the site's sidebar", () => {
  const index = readFileSync("docs/index.md", "utf8");
  const sidebar = readFileSync("docs/.vitepress/config.js", "utf8");
  for (const { page } of texts) {
    const name = page.match(/^docs\/(?!index)(.+)\.md$/)?.[1];
    if (!name) continue;
    assert.ok(index.includes(`](${name}.md)`), `docs/index.md: ${name}`);
    assert.ok(sidebar.includes(`"${name}"`), `docs/.vitepress/config.js: ${name}`);
  }
});
