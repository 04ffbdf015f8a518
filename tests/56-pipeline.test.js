// training/evaluate/pipeline.js: the demo's two stages, measured as its page runs them.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, test } from "node:test";

import { loadModel } from "../dist/index.node.js";
import { find } from "../web-demo/page/ranking/first-stage.js";
import { describe as inputOf } from "../web-demo/page/ranking/user-input.js";

const films = JSON.parse(readFileSync("web-demo/models/catalogue.json", "utf8"));
const path = join(mkdtempSync(join(tmpdir(), "pipeline-")), "test.csv");

const run = (...options) => {
  const script = "training/evaluate/pipeline.js";
  return spawnSync(process.execPath, [script, ...options], { encoding: "utf8" });
};

// One user, who likes every film but the first: 2 are given, the rest is to be found.
const liked = films.filter(({ popularity }) => popularity > 150).map(({ id }) => id);
before(() => {
  const lines = liked.map((id, at) => `1,${id},${at ? 5 : 1},${at}`);
  writeFileSync(path, ["userId,movieId,rating,timestamp", ...lines, ""].join("\n"));
});

test("candidates found on the device are the same with re-ranking, which changes the list", () => {
  const measured = ["none", "page"].map((rerank) => {
    const how = ["--from", "device", "--rerank", rerank, "--shots", "2", "--draws", "1", "--json"];
    const { stdout, stderr, status } = run(path, ...how);
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout)[0];
  });
  const [plain, arranged] = measured;
  assert.equal(plain.shots, 2);
  assert.equal(plain.users, 1);
  assert.deepEqual(plain.candidates, arranged.candidates);
  assert.notDeepEqual(plain.metrics, arranged.metrics);
  for (const { value } of plain.metrics) assert.ok(value > 0 && value <= 1);
});

test("the share of the films among the candidates is that of pairs of given films", async () => {
  const { stdout } = run(path, "--from", "device", "--shots", "2", "--json");
  const [{ candidates }] = JSON.parse(stdout);
  const finder = await loadModel("web-demo/models/candidates.safetensors");
  const pairs = liked
    .slice(1)
    .flatMap((first, at) => liked.slice(at + 2).map((second) => [first, second]));
  const shares = [];
  for (const given of pairs) {
    const all = await find(finder, inputOf(given.map((id) => [id, 5])));
    const found = new Set(all.slice(0, 200));
    shares.push(liked.filter((id) => found.has(id) && !given.includes(id)).length);
  }
  const of = liked.length - 2;
  assert.ok(candidates.value * of >= Math.min(...shares));
  assert.ok(candidates.value * of <= Math.max(...shares));
  finder.dispose();
});

test("the server's list is the same for every visitor, and so is its share", () => {
  const shares = ["1", "2"].map((seed) => {
    const { stdout } = run(path, "--shots", "2", "--draws", "1", "--seed", seed, "--json");
    return JSON.parse(stdout)[0].candidates.value;
  });
  assert.ok(Math.abs(shares[0] - shares[1]) <= 2 / (liked.length - 2));
});

test("help and mistakes", () => {
  assert.match(run("--help").stdout, /--rerank HOW/);
  for (const [options, message] of [
    [[], /TEST.csv: expected one file/],
    [[path, "--from", "here"], /--from: expected server or device, found here/],
    [[path, "--shots", "1,x"], /--shots: expected whole numbers, found x/],
    [[path, "--bogus"], /expected those of --help/],
    [["nowhere.csv"], /nowhere.csv: expected a file/],
  ]) {
    const { stderr, status } = run(...options);
    assert.equal(status, 2);
    assert.match(stderr, message);
  }
});
