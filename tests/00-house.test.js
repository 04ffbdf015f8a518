// The house rules that a machine can check: form, folders, the direction of imports, words.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { describe, test } from "node:test";

import { CHECKS, installLinters, runCheck, tracked } from "../scripts/lint.js";
import { wideLines } from "../scripts/lint/wide-lines.js";

/** The folders of js/, from the bottom up: a file imports from its own layer and those below. */
const LAYERS = [
  ["common"],
  ["runtime"],
  ["file"],
  ["families"],
  ["model"],
  ["pipeline", "history", "cache", "privacy", "worker", "hnsw", "engine", "packs"],
];
/** The folders of cli/, likewise; all of them are above js/. */
const CLI_LAYERS = [["convert"], ["evaluate"], ["train"], ["commands"]];

/**
 * Only families/, convert/ and train/ may know a kind or family by its name, or the keys of a plan.
 * The lists say where a name is part of an API or of a text instead.
 */
const KINDS =
  "gmf|mlp|neumf|ncf|cdae|autorec-user|autorec-item|mult-dae|autoencoder|candidates|ranker" +
  "|dot|item-item|sasrec|gru4rec|sequence";
const ASKS_FOR_FAMILY = new RegExp(
  [
    `["'\`](${KINDS})["'\`]`,
    '\\b(family|\\w+\\.kind)\\s*(===?|!==?)\\s*[^="]*["\'`](?!memory)',
    "\\bkind\\.(startsWith|endsWith|match)|\\.test\\([\\w.]*\\bkind\\)|switch \\([\\w.]*kind",
    "\\bin (this\\.)?(plan|\\w*[eE]ncoder)\\b",
    "hasOwn\\((this\\.)?(plan|\\w*[eE]ncoder)\\b",
    "\\bplan\\.(gmf|mlp|code|hidden|features|itemFeatures)\\b",
  ].join("|"),
);
const NAMES_NO_FAMILY = [
  '"gmf" in source && "mlp" in source', // loadModel({ gmf, mlp })
  'kind === "gaussian"', // of corrupt()
  'METRIC = "dot"', // of LanceDB
  '"candidates",', // the argument of rank and openCandidates, in errors
  'Of(candidates, "candidates")',
  'toSendable(candidates, "candidates")',
  '(items, "candidates")',
  '{ "kind": "gmf",', // the example of --map in the help
];

const HANGUL = /\p{Script=Hangul}/u;
/** Four words of small letters: no name. */
const SENTENCE = /(\b[a-z]+\b\W+){4}/;

const sources = tracked(["js/*.js", "js/**/*.js", "cli/*.js", "cli/**/*.js"]);
const graph = new Map(sources.map((file) => [file, importsOf(file)]));
const demo = new Map(
  tracked(["web-demo/**/*.js", "web-demo/**/*.jsx"]).map((file) => [file, importsOf(file)]),
);

describe("form", () => {
  const missing = installLinters();
  for (const check of CHECKS) {
    const skip = check.python && missing ? `pip cannot install it here (${missing})` : false;
    test(check.name, { skip, timeout: 120_000 }, () => {
      const wrong = runCheck(check);
      assert.ok(wrong === undefined, wrong);
    });
  }
  test("no line is over 100 columns", () => assert.deepEqual(wideLines(tracked(["*"])), []));
});

describe("folders", () => {
  test("js/ has entries only at its top", () => {
    const top = sources.filter((file) => posix.dirname(file) === "js");
    const { exports, bin } = JSON.parse(readFileSync("package.json", "utf8"));
    const entries = [...JSON.stringify({ exports, bin }).matchAll(/(?:dist|js)\/([\w.-]+)\.js"/g)];
    assert.deepEqual(top.sort(), [...new Set(entries.map(([, name]) => `js/${name}.js`))].sort());
  });

  test("every folder of js/ and cli/ has its layer", () => {
    const paths = sources.map((file) => file.split("/")).filter((path) => path[2]);
    const folders = new Set(paths.map(([top, folder]) => `${top}/${folder}`));
    const expected = [
      ...LAYERS.flat().map((folder) => `js/${folder}`),
      ...CLI_LAYERS.flat().map((folder) => `cli/${folder}`),
    ];
    assert.deepEqual([...folders].sort(), expected.sort());
  });

  test("no import of js/ and cli/ runs upwards", () => {
    const upward = [...graph].flatMap(([file, imports]) =>
      imports
        .filter((target) => layerOf(target) > layerOf(file))
        .map((target) => `${file} -> ${target}`),
    );
    assert.deepEqual(upward, []);
  });

  test("no import circle, in js/, cli/ and web-demo/", () => {
    assert.equal(circleIn(new Map([...graph, ...demo])), undefined);
  });

  test("a section of the page imports from no other, and nothing from app/ or a section", () => {
    const wrong = [...demo].flatMap(([file, imports]) =>
      imports.filter((target) => isAbove(target, file)).map((target) => `${file} -> ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  test("only families/, convert/ and train/ ask for a family", () => {
    const asking = sources
      .filter((file) => !/^(js\/families|cli\/(convert|train))\//.test(file))
      .flatMap((file) => grep(file, ASKS_FOR_FAMILY))
      .filter((line) => !/:\d+: (\*|\/\/|\/\*\*) /.test(line))
      .filter((line) => !NAMES_NO_FAMILY.some((text) => line.includes(text)));
    assert.deepEqual(asking, []);
  });
});

describe("words", () => {
  test("a user is a user: no person, no people", () => {
    const files = [...sources, ...tracked(["src/*", "wasm/*.c"])];
    // The old names of options are named once, where they are refused; name-hints.js lists words
    // that other frameworks' files use.
    const found = files
      .flatMap((file) => grep(file, /person(?!al|if)|people|told/i))
      .filter((line) => !/since 0\.2|assertNoRenamedOption|RENAMED|name-hints\.js/.test(line));
    assert.deepEqual(found, []);
  });

  test("plain words: told, somebody, nobody are rare", () => {
    const files = [...sources, ...tracked(["src/*", "wasm/*", "README.md", "docs/*.md"])];
    const found = files.flatMap((file) => grep(file, /\b(told|somebody|nobody)\b/i));
    assert.ok(found.length < 10, found.join("\n"));
  });
});

describe("languages", () => {
  const english = tracked(["web-demo/page/**/*.en.js"]);
  // The page's state, which some texts use, reads its address.
  Object.assign(globalThis, { location: new URL("http://localhost"), addEventListener() {} });
  globalThis.navigator ??= /** @type {any} */ ({ language: "en" });
  const load = async (file) => (await import(`../${file}`)).default;

  for (const file of english) {
    test(`${file} has its Korean`, async () => {
      const [en, ko] = [await load(file), await load(file.replace(".en.", ".ko."))];
      assert.deepEqual(formOf(ko, en), formOf(en));
      assert.deepEqual(
        textsOf(en).filter((text) => HANGUL.test(text)),
        [],
      );
      const inEnglish = textsOf(ko).filter((text) => !HANGUL.test(text) && SENTENCE.test(text));
      assert.deepEqual(inEnglish, []);
    });
  }
});

/**
 * The keys of texts, with the kind of each value. Where the English is empty, its words are those
 * of the data.
 */
function formOf(texts, english = texts) {
  if (typeof texts !== "object") return typeof texts;
  const isOfData = english && Object.keys(english).length === 0;
  const entries = isOfData ? [] : Object.entries(texts);
  return Object.fromEntries(
    entries.map(([key, value]) => [key, formOf(value, english?.[key] ?? null)]),
  );
}

/** Every text; of a function those that are written in it, without its values. */
function textsOf(texts) {
  if (typeof texts === "object") return Object.values(texts).flatMap(textsOf);
  if (typeof texts === "string") return [texts];
  const quoted = String(texts).matchAll(/(["'`])((?:\\.|(?!\1)[^])*)\1/g);
  return [...quoted].map(([, , text]) => text.replace(/\$\{[^}]*\}/g, ""));
}

/** Lines of a file that match, as "file:line: text". */
function grep(file, pattern) {
  const lines = readFileSync(file, "utf8").split("\n");
  return lines.flatMap((line, at) =>
    pattern.test(line) ? [`${file}:${at + 1}: ${line.trim()}`] : [],
  );
}

/** The files that a file imports, also when it is called to; types in comments do not count. */
function importsOf(file) {
  const text = readFileSync(file, "utf8").replace(/\/\*[^]*?\*\//g, "");
  const found = text.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["'`](\.[^"'`]+\.jsx?)["'`]/g);
  return [...found]
    .map(([, path]) => posix.normalize(join(dirname(file), path)))
    .filter((path) => !path.startsWith("dist/"));
}

function layerOf(file) {
  const [top, folder, ...rest] = file.split("/");
  const [layers, base] = top === "js" ? [LAYERS, 0] : [CLI_LAYERS, LAYERS.length + 1];
  return base + (rest.length ? layers.findIndex((one) => one.includes(folder)) : layers.length);
}

/** Whether a file of the demo may not import the target: one of app/, or of another section. */
function isAbove(target, file) {
  const [, section] = target.match(/^web-demo\/page\/sections\/([^/]+)\//) ?? [];
  if (section) return !file.startsWith(`web-demo/page/sections/${section}/`);
  const isOfApp = target.startsWith("web-demo/page/app/");
  return isOfApp && !/^web-demo\/page\/(app\/|main\.jsx$)/.test(file);
}

/** A circle of a graph of imports, or undefined. */
function circleIn(graph) {
  const done = new Set();
  const visit = (file, path) => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file];
    if (done.has(file)) return undefined;
    for (const target of graph.get(file) ?? []) {
      const circle = visit(target, [...path, file]);
      if (circle) return circle;
    }
    done.add(file);
    return undefined;
  };
  for (const file of graph.keys()) {
    const circle = visit(file, []);
    if (circle) return circle;
  }
  return undefined;
}
