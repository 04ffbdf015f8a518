// npx pocketrec-cli train: output, files that evaluate and rank read, refusals, Ctrl-C.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { assertFails, cli, headerOf, temporaryFolder, words } from "./lib/command-line.js";
import { HOSTILE, assertOneLine } from "./lib/hostile-text.js";
import { ratings } from "./lib/installed-blocks.js";
import { uniform } from "./lib/random.js";

const at = temporaryFolder();

/** Writes a file; gives its path. */
function written(name, text) {
  writeFileSync(at(name), text);
  return at(name);
}

const data = written("ratings.csv", ratings());

describe("train", () => {
  test("ease: what it took, what it will take, the choice of lambda, the figures", () => {
    const out = at("ease.safetensors");
    const { status, stdout, stderr } = cli`train ease ${data} --prune 5 -o ${out}`;
    assert.equal(status, 0, stderr);
    assert.match(stdout, /^read .*ratings\.csv: .*\n {2}user = userId, item = movieId/);
    assert.match(stdout, /each rating is an interaction, high or low; --positive says otherwise/);
    assert.match(stdout, /training on \d+ interactions of 60 users with \d+ items/);
    assert.match(
      stdout,
      /it will take about a second and .* of memory: 2 fits of \d+ items, and 11 of/,
    );
    assert.match(stdout, /^lambda +NDCG@100 +Recall@20$/m);
    assert.match(stdout, /^model .*\nwith all weights .*\npopularity .*$/m);
    const { info, tensors } = headerOf(out);
    assert.equal(tensors["weight.columns"].dtype, "I32");
    assert.equal(info.name, "EASE of ratings.csv");
    const { lambda, lambda_tried, data: name, users, seed, held_out } = info.provenance;
    assert.ok(lambda_tried.includes(lambda));
    assert.deepEqual([name, users, seed, held_out], ["ratings.csv", 60, 1, 0.1]);
    assert.equal(info.metrics.users, 30);
    assert.equal(info.check.length, 4);
    assert.equal(info.rating, undefined);
  });

  for (const command of [
    words`ease --lambda 20 --dense --dtype i8`,
    words`ease --lambda 20 --prune 8 --dtype f16 --positive 4 --min-ratings 2`,
    words`itemknn --neighbours 6 --shrink 3`,
  ])
    test(`evaluate and rank read it: ${command.join(" ")}`, () => {
      const [model, ...options] = command;
      const out = at("model.safetensors");
      const trained = cli`train ${model} ${data} ${options} --name Films -o ${out}`;
      assert.equal(trained.status, 0, trained.stderr);
      const positive = options.includes("--positive") ? { positive: 4 } : undefined;
      assert.deepEqual(headerOf(out).info.rating, positive);
      assert.equal(cli`verify ${out}`.status, 0);
      const ranked = cli`rank ${out} --history 100,104 --json`;
      assert.equal(ranked.status, 0, ranked.stderr);
      assert.ok(JSON.parse(ranked.stdout).items.length > 3);
      const measured = cli`evaluate ${out} --data ${data} --protocol strong --json`;
      assert.equal(measured.status, 0, measured.stderr);
      const { metrics, popularity } = JSON.parse(measured.stdout);
      const ndcgOf = (/** @type {any[]} */ figures) =>
        figures.find(({ metric }) => metric === "NDCG@10").value;
      assert.ok(ndcgOf(metrics) > ndcgOf(popularity));
    });

  test("equal runs write equal files", () => {
    const [a, b] = [at("a.safetensors"), at("b.safetensors")];
    for (const out of [a, b]) assert.equal(cli`train ease ${data} -o ${out}`.status, 0);
    assert.deepEqual(readFileSync(a), readFileSync(b));
  });

  test("what is left out is counted", () => {
    const { stdout } = cli`train itemknn ${data} --positive 4 --min-ratings 8 -o ${at("m")}`;
    assert.match(stdout, /a rating of 4 or more is an interaction/);
    assert.match(stdout, /left out: \d+ interactions rated below 4/);
    assert.match(stdout, /left out: \d+ items? of fewer than 8 users \(--min-ratings\), with \d+/);
  });
});

describe("refused, in one line, and nothing is written", () => {
  const header = "user,item,rating";
  const file = (/** @type {string[]} */ ...lines) => [header, ...lines].join("\n");
  const CASES = [
    ["an empty file", "", "--min-ratings 1", /empty|none/],
    ["a header alone", file(), "--min-ratings 1", /./],
    ["one user", file("a,1,5", "a,2,5"), "--lambda 1 --min-ratings 1", /at least two users/],
    ["one item", file("a,1,5", "b,1,5"), "--lambda 1 --min-ratings 1", /two items.*1 item/],
    ["rare items", file("a,1,5", "b,2,5"), "--lambda 1", /--min-ratings 5 leaves out 2 items/],
    ["no positive rating", file("a,1,1", "b,2,1"), "--positive 4", /--positive 4 leaves out 2/],
    ["zeros", file("a,1,0", "b,2,1"), "--lambda 1", /--positive: .*0 or less/],
    ["too few users", file("a,1,5", "a,2,5", "b,1,4", "b,2,1"), "--min-ratings 1", /--lambda: /],
    ["no ratings", "user,item\na,1\nb,1", "--positive 4", /--positive: .*data with ratings/],
    ["times as ratings", file("a,1,x", "b,1,y"), "--min-ratings 1", /./],
  ];
  for (const [what, text, options, message] of CASES)
    test(String(what), () => {
      const out = at("refused.safetensors");
      const path = written("refused.csv", text);
      const { status, stderr } = cli`train ease ${path} -o ${out} ${String(options).split(" ")}`;
      assert.equal(status, 2);
      assert.match(stderr, /** @type {RegExp} */ (message));
      assertOneLine(stderr.trimEnd());
      assert.ok(!readdirSync(at("")).some((name) => name.startsWith("refused.safetensors")));
    });

  test("options of the other model", () => {
    assert.match(assertFails(...words`train itemknn ${data} --lambda 1 -o x`), /--lambda: .*ease/);
    assert.match(assertFails(...words`train ease ${data} --shrink 1 -o x`), /--shrink: .*itemknn/);
    assert.match(assertFails(...words`train ease ${data} --dense --prune 3 -o x`), /--dense/);
    assert.match(assertFails(...words`train slim ${data} -o x`), /ease, itemknn/);
    assert.match(assertFails(...words`train ease ${data}`), /--out/);
  });

  test("the output: over the data, a folder, in no folder", () => {
    assert.match(
      assertFails(...words`train ease ${data} -o ${data}`),
      /another file than the data/,
    );
    assert.equal(readFileSync(data, "utf8"), ratings());
    mkdirSync(at("folder"));
    assert.match(assertFails(...words`train ease ${data} -o ${at("folder")}`), /a folder/);
    const inNone = at("none/model.safetensors");
    assert.match(assertFails(...words`train ease ${data} -o ${inNone}`), /can be written/);
  });

  test("hostile names of items and of the file stay on one line, and the model is right", () => {
    const lines = Object.values(HOSTILE).flatMap((name, at) =>
      ["a", "b", "c"].map((user) => `${user},"${String(name).replaceAll('"', '""')}",${at}`),
    );
    const path = written("hostile.csv", ["user,item,time", ...lines].join("\r\n"));
    const out = at("hostile.safetensors");
    const { stdout, stderr } = cli`train itemknn ${path} --min-ratings 1 -o ${out}`;
    for (const line of `${stdout}${stderr}`.trimEnd().split("\n")) assertOneLine(line);
  });

  test("random bytes: one line or a model", () => {
    const next = uniform(5);
    for (let n = 0; n < 12; n++) {
      const bytes = Uint8Array.from({ length: 300 }, () =>
        n % 2 ? 32 + Math.floor(next() * 90) : Math.floor(next() * 256),
      );
      const path = written("random.csv", bytes);
      const { status, stderr } = cli`train itemknn ${path} --min-ratings 1 -o ${at("random.out")}`;
      assert.ok(status === 0 || (status === 2 && !/^\s+at /m.test(stderr)), stderr);
    }
  });
});

test("Ctrl-C stops it: exit code 130, and no file", async () => {
  const next = uniform(9);
  const lines = Array.from({ length: 30_000 }, (_, n) => `${n % 300},${Math.floor(next() * 2600)}`);
  const path = written("large.csv", ["user,item", ...lines].join("\n"));
  const command = ["cli/dist/main.js", ..."train ease".split(" "), path, "--lambda", "50"];
  const child = spawn(process.execPath, [...command, "-o", at("stopped.safetensors")]);
  let [out, error] = ["", ""];
  child.stdout.on("data", (text) => {
    out += text;
    if (/it will take/.test(text)) child.kill("SIGINT");
  });
  child.stderr.on("data", (text) => (error += text));
  const status = await new Promise((resolve) => child.on("close", resolve));
  assert.equal(status, 130, out + error);
  assert.match(error, /^stopped: nothing is written$/m);
  assert.ok(!readdirSync(at("")).some((name) => name.startsWith("stopped")));
});
