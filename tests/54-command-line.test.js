// npx pocketrec: what it says, how it ends, and what quantising costs on the models that the demo
// ships.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { headerOf, pocketrec, temporaryFolder, writeForeign } from "./lib/command-line.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const at = temporaryFolder();
const MODELS = "web-demo/models";
const committed = readdirSync(MODELS).filter((name) => name.endsWith(".safetensors"));

/** A file as the command line shall take it. */
function written(name, weights) {
  writeFileSync(at(name), new Uint8Array(fileOf(weights)));
  return at(name);
}

describe("help and mistakes", () => {
  test("every command explains itself", () => {
    const { status, stdout } = pocketrec("--help");
    assert.equal(status, 0);
    for (const command of [
      "convert",
      "inspect",
      "quantize",
      "verify",
      "rank",
      "evaluate",
      "manifest",
    ]) {
      assert.match(stdout, new RegExp(`^  ${command} `, "m"));
      const help = pocketrec(command, "--help");
      assert.equal(help.status, 0);
      assert.match(help.stdout, /^Usage: pocketrec /);
      assert.ok(help.stdout.split("\n").length > 8, command);
    }
    assert.equal(
      pocketrec("--version").stdout.trim(),
      JSON.parse(readFileSync("package.json", "utf8")).version,
    );
  });

  for (const words of [
    [],
    ["nope"],
    ["convert"],
    ["convert", "x"],
    ["inspect"],
    ["inspect", "x", "--nope"],
    ["quantize", "x"],
    ["quantize", "x", "--dtype", "i4"],
    ["verify", "a", "b", "c"],
  ]) {
    test(`exit code 2: pocketrec ${words.join(" ")}`, () => {
      const { status, stderr } = pocketrec(...words);
      assert.equal(status, 2);
      assert.ok(stderr.length > 10 && !/^\s+at /m.test(stderr), stderr);
    });
  }

  for (const words of [
    ["quantize", "x", "--dtype", "i8", "--people", 5],
    ["verify", "x", "--against", "y", "--people=5"],
    ["evaluate", "x", "--data", "y", "--protocol", "strong", "--people", "history"],
    ["evaluate", "x", "--people"],
  ]) {
    test(`an old flag names the new one: pocketrec ${words.join(" ")}`, () => {
      const { status, stdout, stderr } = pocketrec(...words);
      assert.deepEqual([status, stdout], [2, ""]);
      assert.match(stderr, /^pocketrec: --people: .*--people is called --users since 0\.2\.\n$/);
    });
  }

  test("a file that is none, or not there, is told in one line", () => {
    for (const command of ["inspect", "verify", "rank", "convert", "quantize"]) {
      const more =
        { rank: ["--history", "1"], convert: ["-o", at("never")], quantize: ["--dtype", "i8"] }[
          command
        ] ?? [];
      for (const [path, words] of [
        ["package.json", /package\.json: expected /],
        ["not-there", /not-there: expected a file that can be read, found none/],
        ["tests", /tests: expected a file that can be read, found a folder/],
      ]) {
        const { status, stdout, stderr } = pocketrec(command, path, ...more);
        assert.deepEqual([status, stdout], [2, ""], `${command} ${path}`);
        assert.match(stderr, words);
        assert.equal(stderr.split("\n").length, 2, stderr);
      }
    }
    assert.ok(!existsSync(at("never")));
  });

  test("whoever reads may stop reading", () => {
    const command = `"${process.execPath}" dist/cli/main.js inspect ${MODELS}/neumf.safetensors --json | head -c 1`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    assert.deepEqual([stdout, stderr], ["{", ""]);
  });

  test("an output that cannot be written leaves nothing behind", () => {
    const { status, stderr } = pocketrec(
      "convert",
      written("some", randomWeights()),
      "-o",
      at("no/such/folder"),
    );
    assert.equal(status, 2);
    assert.match(stderr, /no\/such\/folder: expected a file that can be written/);
  });
});

describe("inspect", () => {
  test("says kind, tensors, download and memory, for people and for machines", () => {
    const path = `${MODELS}/neumf.safetensors`;
    const { stdout } = pocketrec("inspect", path);
    for (const words of [
      /: neumf, NeuMF on ml-latest-small/,
      /^items +3650, named by the app's ids/m,
      /^gmf\.item +F16 +3650 x 128 +934\.4 kB/m,
      /brotli 1\.\d MB/,
      /data_set: ml-latest-small/,
    ])
      assert.match(stdout, words);
    const facts = JSON.parse(pocketrec("inspect", path, "--json").stdout);
    assert.deepEqual(
      [facts.kind, facts.items, facts.download.raw, facts.userTables],
      ["neumf", 3650, statSync(path).size, []],
    );
    assert.ok(facts.download.brotli < facts.download.raw && facts.memory > facts.download.raw);
  });

  test("lists the tensors of another framework's file", () => {
    const path = writeForeign(at("foreign"), {
      "user.weight": { shape: [3, 2], data: new Float32Array(6) },
      b: { shape: [4], data: new Float32Array(4) },
    });
    const { status, stdout } = pocketrec("inspect", path);
    assert.equal(status, 0);
    assert.match(stdout, /foreign: safetensors; pocketrec convert[^]*user\.weight +3 x 2\nb +4\n/);
    assert.deepEqual(JSON.parse(pocketrec("inspect", path, "--json").stdout).tensors[0], {
      name: "user.weight",
      shape: [3, 2],
    });
  });

  test("names from a file do not steer the terminal", () => {
    const path = writeForeign(at("colour"), {
      "\u001b[2J\u0007red": { shape: [1], data: new Float32Array(1) },
    });
    assert.match(pocketrec("inspect", path).stdout, /\n\[2Jred +1\n/);
    assert.doesNotMatch(pocketrec("convert", path, "-o", at("never")).stderr, /[\u001b\u0007]/);
  });

  test("warns of a file that holds people", () => {
    assert.match(
      pocketrec("inspect", written("people", randomWeights({ users: 20 }))).stdout,
      /gmf\.user, mlp\.user: rows of trained users\. This file is not for publishing\./,
    );
  });
});

describe("quantize", () => {
  for (const name of committed) {
    test(`${name}: halves keep 99% of the best 10, bytes 95%`, () => {
      for (const [dtype, least] of [
        ["f16", 0.99],
        ["bf16", 0.98],
        ["i8", 0.95],
      ]) {
        const { status, stdout, stderr } = pocketrec(
          "quantize",
          `${MODELS}/${name}`,
          "--dtype",
          dtype,
          "-o",
          at(`${dtype}-${name}`),
          "--users",
          60,
          "--json",
        );
        assert.equal(status, 0, stderr);
        const { cost, bytes } = JSON.parse(stdout);
        assert.ok(cost.overlap >= least, `${dtype}: ${cost.overlap}`);
        assert.equal(bytes.after, statSync(at(`${dtype}-${name}`)).size);
        assert.equal(pocketrec("verify", at(`${dtype}-${name}`)).status, 0);
      }
      assert.ok(statSync(at(`i8-${name}`)).size < 0.85 * statSync(`${MODELS}/${name}`).size);
    });
  }

  test("from F32, halves and bytes cost what they should, and the file says what it is", async () => {
    const path = written("whole", randomWeights({ items: 400, gmf: 32, aggregates: true }));
    const costs = ["f32", "f16", "i8"].map(
      (dtype) =>
        JSON.parse(
          pocketrec("quantize", path, "--dtype", dtype, "-o", at(`whole-${dtype}`), "--json")
            .stdout,
        ).cost,
    );
    assert.equal(costs[0].largestRaw, 0);
    assert.ok(
      costs[1].largestRaw > 0 &&
        costs[1].largestRaw < costs[2].largestRaw &&
        costs[2].largestRaw < 0.05 * costs[2].spread,
      JSON.stringify(costs),
    );
    const { tensors, info } = headerOf(at("whole-i8"));
    assert.deepEqual(
      [
        tensors["gmf.item"].dtype,
        tensors["gmf.item.scale"].dtype,
        tensors["output.weight"].dtype,
        tensors["gmf.user_mean"].dtype,
      ],
      ["I8", "F32", "F16", "F32"],
    );
    assert.equal(info.provenance.precision, "i8");
    assert.equal((await loadModel(at("whole-i8"))).itemCount, 400);
  });

  test("without -o nothing is written", () => {
    const { status, stdout } = pocketrec(
      "quantize",
      `${MODELS}/cdae.safetensors`,
      "--dtype",
      "i8",
      "--users",
      5,
    );
    assert.equal(status, 0);
    assert.match(stdout, /nothing written/);
  });

  test("what halves cannot hold is told by name", () => {
    const weights = randomWeights();
    weights.tensors["output.bias"].data[0] = 1e6;
    const { status, stderr } = pocketrec("quantize", written("large", weights), "--dtype", "f16");
    assert.equal(status, 2);
    assert.match(
      stderr,
      /output\.bias: expected values below 65520, as F16 can hold, found 1000000\. BF16 holds them\./,
    );
  });
});

describe("verify", () => {
  test("a file against itself and another, and one that does not compute what it says", () => {
    const path = `${MODELS}/cdae.safetensors`;
    assert.match(
      pocketrec("verify", path).stdout,
      /4 check vectors, 32 scores, all as they should be/,
    );
    assert.equal(pocketrec("verify", path, "--against", path, "--users", 10).status, 0);
    const other = pocketrec(
      "verify",
      path,
      "--against",
      `${MODELS}/dae.safetensors`,
      "--users",
      10,
    );
    assert.equal(other.status, 1);
    assert.match(
      other.stderr,
      /dae\.safetensors: expected scores within 0\.0001 of those of .*cdae\.safetensors, found \d+ of 36500 beyond/,
    );
    const weights = randomWeights({
      info: { check: [{ vector: Array(13).fill(0), items: [1], scores: [0.123] }] },
    });
    const wrong = pocketrec("verify", written("wrong", weights));
    assert.equal(wrong.status, 1);
    assert.match(wrong.stderr, /check 0, item 1: expected 0\.123, found /);
  });

  test("one without check vectors says so", () => {
    const { status, stderr } = pocketrec("verify", written("without", randomWeights()));
    assert.equal(status, 1);
    assert.match(stderr, /check vectors in the file, found none/);
  });
});

describe("rank", () => {
  const path = `${MODELS}/neumf.safetensors`;

  test("gives what the package gives", async () => {
    const model = await loadModel(path);
    const user = model.user({ history: [260, { item: 1210, rating: 5 }] });
    const { stdout } = pocketrec("rank", path, "--history", "260,1210:5", "--top", 5, "--json");
    assert.deepEqual(
      JSON.parse(stdout).items,
      JSON.parse(JSON.stringify(model.recommend(user, { topK: 5, exclude: user.items }))),
    );
    const few = pocketrec(
      "rank",
      path,
      "--history",
      "260,1210:5",
      "--candidates",
      "2571,1,99999999",
      "--explain",
    );
    assert.match(few.stdout, /place +item +score +because of\n +1 +2571 +0\.\d+ +(260|1210) \(/);
    assert.match(few.stdout, /3 +99999999 +unknown/);
  });

  test("many people in a file, candidates in another", () => {
    writeFileSync(
      at("people.jsonl"),
      '[260, 1210]\n{"history": [{"item": 1, "rating": 4}]}\n\n[]\n',
    );
    writeFileSync(at("candidates.txt"), "1\n260\n2571\n");
    const { stdout } = pocketrec(
      "rank",
      path,
      "--history",
      at("people.jsonl"),
      "--candidates",
      at("candidates.txt"),
      "--json",
    );
    const lists = stdout
      .trim()
      .split("\n")
      .map((line) =>
        JSON.parse(line)
          .items.map(({ item }) => item)
          .sort(),
      );
    assert.deepEqual(lists, [
      [1, 2571],
      [2571, 260],
      [1, 2571, 260],
    ]);
  });

  for (const [title, words, message] of [
    ["nobody", [], /options: expected --history or --user, found none/],
    ["a broken line", ["--history", "broken"], /line 2: expected JSON/],
    [
      "a history that is none",
      ["--history", "none"],
      /expected a list of items, or \{ "history": \[\.\.\.\] \}/,
    ],
    ["a user that the file has not", ["--user", "3"], /pocketrec: .*expected/],
  ]) {
    test(`${title} is told`, () => {
      writeFileSync(at("broken.jsonl"), "[1]\n[1\n");
      writeFileSync(at("none.json"), '{"past": 3}');
      const { status, stderr } = pocketrec(
        "rank",
        path,
        ...words.map(
          (word) => ({ broken: at("broken.jsonl"), none: at("none.json") })[word] ?? word,
        ),
      );
      assert.equal(status, 2);
      assert.match(stderr, message);
    });
  }
});
