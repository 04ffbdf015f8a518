// npx pocketrec-cli: output, exit codes, and the cost of quantising the models that the demo ships.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import {
  assertFails,
  cli,
  headerOf,
  pocketrec,
  temporaryFolder,
  words,
  writeForeign,
} from "./lib/command-line.js";
import { isLong } from "./lib/long.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const at = temporaryFolder();
const MODELS = "web-demo/models";
const committed = readdirSync(MODELS).filter((name) => name.endsWith(".safetensors"));

/** Writes a weights file; gives its path. */
function written(name, weights) {
  writeFileSync(at(name), new Uint8Array(fileOf(weights)));
  return at(name);
}

describe("help and errors", () => {
  const COMMANDS = [
    "convert",
    "inspect",
    "quantize",
    "verify",
    "rank",
    "evaluate",
    "manifest",
    "train",
  ];

  test("every command has help", () => {
    const { status, stdout } = pocketrec("--help");
    assert.equal(status, 0);
    for (const command of COMMANDS) {
      assert.match(stdout, new RegExp(`^  ${command} `, "m"));
      const help = pocketrec(command, "--help");
      assert.equal(help.status, 0);
      assert.match(help.stdout, /^Usage: pocketrec-cli /);
      const lines = help.stdout.split("\n");
      assert.ok(lines.length > 8, command);
      for (const line of lines) assert.ok(line.length <= 100, line);
    }
    const { version } = JSON.parse(readFileSync("package.json", "utf8"));
    assert.equal(pocketrec("--version").stdout.trim(), version);
  });

  for (const command of [
    words``,
    words`nope`,
    words`convert`,
    words`convert x`,
    words`inspect`,
    words`inspect x --nope`,
    words`quantize x`,
    words`quantize x --dtype i4`,
    words`verify a b c`,
  ]) {
    test(`exit code 2: pocketrec ${command.join(" ")}`, () => {
      const { status, stderr } = pocketrec(...command);
      assert.equal(status, 2);
      assert.ok(stderr.length > 10 && !/^\s+at /m.test(stderr), stderr);
    });
  }

  for (const command of [
    words`quantize x --dtype i8 --people 5`,
    words`verify x --against y --people=5`,
    words`evaluate x --data y --protocol strong --people history`,
    words`evaluate x --people`,
  ]) {
    test(`the error for an old flag names the new one: pocketrec ${command.join(" ")}`, () =>
      assert.match(
        assertFails(...command),
        /^pocketrec: --people: .*--people is called --users since 0\.2\.\n$/,
      ));
  }

  test("the error for rank --again names --include-seen, which ranks the history too", () => {
    assert.match(assertFails(..."rank x --again".split(" ")), /--again is called --include-seen/);
    const items = (...options) =>
      JSON.parse(
        pocketrec(
          "rank",
          "web-demo/models/neumf.safetensors",
          ..."--history 260,1196 --candidates 260,1 --json".split(" "),
          ...options,
        ).stdout,
      ).items.map(({ item }) => item);
    assert.deepEqual(items(), [1]);
    assert.deepEqual(items("--include-seen").sort(), [1, 260]);
  });

  for (const [command, ...options] of [
    ["inspect"],
    ["verify"],
    ["rank", "--history", "1"],
    ["convert", "-o", at("never")],
    ["quantize", "--dtype", "i8"],
  ]) {
    test(`${command} reports an unreadable file in one line`, () => {
      for (const [path, message] of [
        ["package.json", /package\.json: expected /],
        ["not-there", /not-there: expected a file that can be read, found none/],
        ["tests", /tests: expected a file that can be read, found a folder/],
      ]) {
        const stderr = assertFails(command, path, ...options);
        assert.match(stderr, message);
        assert.equal(stderr.split("\n").length, 2, stderr);
      }
      assert.ok(!existsSync(at("never")));
    });
  }

  test("a reader may close the pipe early", () => {
    const inspect = `cli/dist/main.js inspect ${MODELS}/neumf.safetensors --json`;
    const command = `"${process.execPath}" ${inspect} | head -c 1`;
    const { stdout, stderr } = spawnSync("bash", ["-c", command], { encoding: "utf8" });
    assert.deepEqual([stdout, stderr], ["{", ""]);
  });

  test("an output that cannot be written is an error", () => {
    const input = written("some", randomWeights());
    assert.match(
      assertFails(...words`convert ${input} -o ${at("no/such/folder")}`),
      /no\/such\/folder: expected a file that can be written/,
    );
  });
});

describe("inspect", () => {
  test("prints kind, tensors, download size and memory, as text and as JSON", () => {
    const path = `${MODELS}/neumf.safetensors`;
    const { stdout } = pocketrec("inspect", path);
    for (const pattern of [
      /: neumf, NeuMF on ml-latest-small/,
      /^items +3650, named by the app's ids/m,
      /^gmf\.item +F16 +3650 x 128 +934\.4 kB/m,
      /brotli 1\.\d MB/,
      /data_set: ml-latest-small/,
    ])
      assert.match(stdout, pattern);
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
    assert.match(
      stdout,
      /foreign: safetensors; pocketrec-cli convert[^]*user\.weight +3 x 2\nb +4\n/,
    );
    assert.deepEqual(JSON.parse(pocketrec("inspect", path, "--json").stdout).tensors[0], {
      name: "user.weight",
      shape: [3, 2],
    });
  });

  test("shows control characters of the names in a file", () => {
    const path = writeForeign(at("colour"), {
      "\u001b[2J\u0007red": { shape: [1], data: new Float32Array(1) },
    });
    assert.match(pocketrec("inspect", path).stdout, /\n\\u001b\[2J\\u0007red +1\n/);
    const { stderr } = pocketrec("convert", path, "-o", at("never"));
    for (const character of ["\u001b", "\u0007"]) assert.ok(!stderr.includes(character));
  });

  test("warns of a file with trained users", () => {
    const path = written("users", randomWeights({ users: 20 }));
    const { stdout } = pocketrec("inspect", path);
    assert.match(stdout, /gmf\.user, mlp\.user: trained users\. Do not publish this file\./);
    const { userTables } = JSON.parse(pocketrec("inspect", path, "--json").stdout);
    assert.deepEqual(userTables, ["gmf.user", "mlp.user"]);
  });
});

/** Models that are measured in seconds; POCKETREC_LONG=1 takes all. */
const QUICK = ["cdae.safetensors", "gmf.safetensors"];

describe("quantize", () => {
  for (const name of isLong ? committed : QUICK) {
    test(`${name}: f16 keeps 99% of the best 10 items, bf16 98%, i8 95%`, () => {
      for (const [dtype, min] of [
        ["f16", 0.99],
        ["bf16", 0.98],
        ["i8", 0.95],
      ]) {
        const [from, to] = [`${MODELS}/${name}`, at(`${dtype}-${name}`)];
        const { status, stdout, stderr } =
          cli`quantize ${from} --dtype ${dtype} -o ${to} --users 60 --json`;
        assert.equal(status, 0, stderr);
        const { cost, bytes } = JSON.parse(stdout);
        assert.equal(cost.users, 60);
        assert.ok(cost.overlap >= min, `${dtype}: ${cost.overlap}`);
        assert.equal(bytes.after, statSync(to).size);
        assert.equal(pocketrec("verify", to).status, 0);
      }
      assert.ok(statSync(at(`i8-${name}`)).size < 0.85 * statSync(`${MODELS}/${name}`).size);
    });
  }

  test("from f32, the cost grows with fewer bits, and the file names its precision", async () => {
    const path = written("whole", randomWeights({ items: 400, gmf: 32, aggregates: true }));
    const [f32, f16, i8] = ["f32", "f16", "i8"].map((dtype) => {
      const { stdout } = cli`quantize ${path} --dtype ${dtype} -o ${at(`whole-${dtype}`)} --json`;
      return JSON.parse(stdout).cost;
    });
    assert.equal(f32.largestRaw, 0);
    assert.ok(f16.largestRaw > 0 && f16.largestRaw < i8.largestRaw, `${i8.largestRaw}`);
    assert.ok(i8.largestRaw < 0.05 * i8.spread, `${i8.largestRaw} of ${i8.spread}`);
    const { tensors, info } = headerOf(at("whole-i8"));
    const names = ["gmf.item", "gmf.item.scale", "output.weight", "gmf.user_mean"];
    assert.deepEqual(
      names.map((name) => tensors[name].dtype),
      ["I8", "F32", "F16", "F32"],
    );
    assert.equal(info.provenance.precision, "i8");
    assert.equal((await loadModel(at("whole-i8"))).itemCount, 400);
  });

  test("without -o nothing is written", () => {
    const path = `${MODELS}/cdae.safetensors`;
    const { status, stdout } = cli`quantize ${path} --dtype i8 --users 5`;
    assert.equal(status, 0);
    assert.match(stdout, /nothing written/);
  });

  test("the error for a value beyond f16 names the tensor", () => {
    const weights = randomWeights();
    weights.tensors["output.bias"].data[0] = 1e6;
    assert.match(
      assertFails(...words`quantize ${written("large", weights)} --dtype f16`),
      /output\.bias: expected values below 65520, .* F16 .*, found 1000000\. BF16 holds them\./,
    );
  });
});

describe("verify", () => {
  const path = `${MODELS}/cdae.safetensors`;

  test("passes for correct check vectors", () =>
    assert.match(pocketrec("verify", path).stdout, /4 check vectors, 32 scores, all as expected/));

  test("fails for wrong check vectors", () => {
    const check = [{ vector: Array(13).fill(0), items: [1], scores: [0.123] }];
    const { status, stderr } = pocketrec(
      "verify",
      written("wrong", randomWeights({ info: { check } })),
    );
    assert.equal(status, 1);
    assert.match(stderr, /check 0, item 1: expected 0\.123, found /);
  });

  test("fails without check vectors", () => {
    const { status, stderr } = pocketrec("verify", written("without", randomWeights()));
    assert.equal(status, 1);
    assert.match(stderr, /check vectors in the file, found none/);
  });

  test("compares two files", () => {
    assert.equal(cli`verify ${path} --against ${path} --users 10`.status, 0);
    const other = `${MODELS}/dae.safetensors`;
    const { status, stderr } = cli`verify ${path} --against ${other} --users 10`;
    assert.equal(status, 1);
    const expected =
      /dae\.safetensors: expected scores within 0\.0001 of those of .*cdae\.safetensors/;
    assert.match(stderr, expected);
    assert.match(stderr, /, found \d+ of 36500 beyond/);
  });
});

describe("rank", () => {
  const path = `${MODELS}/neumf.safetensors`;

  test("gives what the package gives", async () => {
    const model = await loadModel(path);
    const user = model.user({ history: [260, { item: 1210, rating: 5 }] });
    const { stdout } = cli`rank ${path} --history 260,1210:5 --top 5 --json`;
    assert.deepEqual(
      JSON.parse(stdout).items,
      JSON.parse(JSON.stringify(model.recommend(user, { topK: 5, exclude: user.items }))),
    );
  });

  test("a model of ratings takes rated items; what the refusal shows is taken", () => {
    const table = (rows) => ({
      shape: [rows, 3],
      data: Float32Array.from({ length: 3 * rows }, (_, k) => Math.sin(k + 1)),
    });
    const tensors = { "user_factors.weight": table(8), "item_factors.weight": table(6) };
    writeForeign(at("mf.safetensors"), tensors);
    const ours = at("ratings.safetensors");
    const input = at("mf.safetensors");
    const made = cli`convert ${input} --output-function identity --rating 1:5 -o ${ours}`;
    assert.equal(made.status ?? 0, 0);
    const error = assertFails("rank", ours, "--history", "3,4:2");
    assert.match(
      error,
      /--history: expected item:rating for a model of ratings, such as 3:4, found 3/,
    );
    assert.match(cli`rank ${ours} --history 3:4,4:2 --top 2`.stdout, /place +item +score/);
  });

  test("explains candidates", () => {
    const candidates = "2571,1,99999999";
    const { stdout } = cli`rank ${path} --history 260,1210:5 --candidates ${candidates} --explain`;
    assert.match(stdout, /place +item +score +because of\n +1 +2571 +0\.\d+ +(260|1210) \(/);
    assert.match(stdout, /3 +99999999 +unknown/);
  });

  test("reads several users and candidates from files", () => {
    const [users, candidates] = [at("users.jsonl"), at("candidates.txt")];
    writeFileSync(users, '[260, 1210]\n{"history": [{"item": 1, "rating": 4}]}\n\n[]\n');
    writeFileSync(candidates, "1\n260\n2571\n");
    const { stdout } = cli`rank ${path} --history ${users} --candidates ${candidates} --json`;
    const lists = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).items.map(({ item }) => item));
    assert.deepEqual(
      lists.map((list) => list.sort()),
      [
        [1, 2571],
        [2571, 260],
        [1, 2571, 260],
      ],
    );
    const table = cli`rank ${path} --history ${users} --candidates ${candidates}`;
    assert.deepEqual(table.stdout.match(/^user \d$/gm), ["user 1", "user 2", "user 3"]);
  });

  const broken = at("broken.jsonl");
  const noHistory = at("none.json");
  for (const [title, options, message] of [
    ["no user", [], /options: expected --history or --user, found none/],
    ["a broken line", ["--history", broken], /line 2: expected JSON/],
    ["no list", ["--history", noHistory], /a list of items, or \{ "history": \[\.\.\.\] \}/],
    ["an unknown user", ["--user", "3"], /pocketrec: .*expected/],
  ]) {
    test(`reports ${title}`, () => {
      writeFileSync(broken, "[1]\n[1\n");
      writeFileSync(noHistory, '{"past": 3}');
      assert.match(assertFails("rank", path, ...options), message);
    });
  }
});
