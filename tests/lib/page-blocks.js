// The code blocks of README.md, CHANGELOG.md and docs/, and which test runs each of them.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";

/** Runners: the packed package in an empty folder; the frameworks; a walk with npm and Vite. */
export const PACKAGE = "tests/30-package.test.js";
export const FRAMEWORKS = "tests/61-docs.test.js";
export const WALK = "tests/targets/examples/walk.js";

/** Pages whose blocks need more than the package. */
const PAGES = {
  "docs/from-keras.md": FRAMEWORKS,
  "docs/from-onnx.md": FRAMEWORKS,
  "docs/from-pytorch.md": FRAMEWORKS,
  "docs/from-recbole.md": FRAMEWORKS,
  "docs/getting-started.md": WALK,
};

/** Blocks, by their page and how they start, that another runner has than their page. */
const ELSEWHERE = [
  { page: "README.md", start: "npx pocketrec-cli convert model.pth", runner: FRAMEWORKS },
  {
    page: "docs/getting-started.md",
    start: "npx pocketrec-cli convert model.pth",
    runner: FRAMEWORKS,
  },
];

/** Blocks that are part of a file, which `npm run fixtures` runs. */
const COPIES = [
  {
    page: "docs/production.md",
    start: "// src/index.js",
    file: "examples/cloudflare-worker/src/index.js",
  },
  {
    page: "docs/production.md",
    start: "[[rules]]",
    file: "examples/cloudflare-worker/wrangler.toml",
  },
  {
    page: "docs/server.md",
    start: "const { bytes, version, source }",
    file: "examples/server/page/main.js",
  },
];

/** Blocks that no test runs, and why. */
export const NOT_RUN = [
  {
    page: "README.md",
    start: "npm install pocketrec",
    why: "the tests install the packed package in its place",
  },
  { page: "README.md", start: "npm start", why: "it starts the demo and all tests in a clone" },
  {
    page: "docs/engines.md",
    start: "python3 -m venv .venv",
    why: "it installs half a gigabyte; npm run fixtures -- examples/engine does the same",
  },
  {
    page: "docs/engines.md",
    start: "./build.sh bench",
    why: "it is a measurement, run by hand",
  },
  {
    page: "docs/engines.md",
    start: 'import { Index, connect } from "@lancedb/lancedb"',
    why: "it needs a bucket; npm run fixtures -- lancedb makes the same calls",
  },
  {
    page: "docs/server.md",
    start: "cd examples/server",
    why: "npm run fixtures -- examples/server runs the same",
  },
  { page: "docs/server.md", start: "cd bench", why: "it is a measurement, run by hand" },
  {
    page: "docs/releasing.md",
    start: "npm run release",
    why: "tests/36 runs the script in a repository of its own",
  },
  { page: "docs/releasing.md", start: "name: publish", why: "only a host of repositories runs it" },
  {
    page: "docs/releasing.md",
    start: "npm audit signatures",
    why: "it asks the registry for published versions",
  },
  {
    page: "docs/releasing.md",
    start: "git checkout v1.2.0",
    why: "it asks the registry for published versions",
  },
  { page: "docs/releasing.md", start: "npm deprecate", why: "it changes published versions" },
];

/** Languages whose blocks are output or formulas. */
const TEXTS = new Set(["text"]);

const FENCE = /^```(\w*)\n([^]*?)^```$/gm;

/** The pages that a reader of the package has. @returns {string[]} */
export const pages = () => [
  "README.md",
  "CHANGELOG.md",
  ...readdirSync("docs")
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
];

/**
 * The blocks of a page, in their order.
 *
 * @param {string} page
 * @returns {{ language: string, text: string, lead: string, title: string, runner?: string, file?:
 *   string, why?: string }[]} with the line above it, and the runner, the file that has the same
 *   lines, or why it is not run
 */
export function blocksOf(page) {
  const whole = readFileSync(page, "utf8");
  return [...whole.matchAll(FENCE)]
    .map(({ index, 1: language, 2: text }) => {
      const lead = whole.slice(0, index).trimEnd().split("\n").at(-1) ?? "";
      return { language, text, lead };
    })
    .filter(({ language }) => !TEXTS.has(language))
    .map((block, index) => ({
      ...block,
      title: `${page}, block ${index + 1}: ${block.text.split("\n", 1)[0]}`,
      ...howItRuns(page, block.text),
    }));
}

function howItRuns(page, text) {
  const marked = [...ELSEWHERE, ...COPIES, ...NOT_RUN].find((one) => isIt(one, page, text));
  return marked ?? { runner: PAGES[page] ?? PACKAGE };
}

const isIt = ({ page, start }, of, text) => page === of && text.startsWith(start);

/** The marks that no block has any more. */
export const idleMarks = () =>
  [...ELSEWHERE, ...COPIES, ...NOT_RUN].filter(
    (mark) => !blocksOf(mark.page).some(({ text }) => isIt(mark, mark.page, text)),
  );

/** The blocks of a page that a runner must run: at least one. */
export function blocksFor(runner, page) {
  const blocks = blocksOf(page).filter((block) => block.runner === runner);
  assert.ok(blocks.length, `${page} has no block for ${runner}`);
  return blocks;
}

/** The pages with blocks for a runner. */
export const pagesFor = (runner) =>
  pages().filter((page) => blocksOf(page).some((block) => block.runner === runner));
