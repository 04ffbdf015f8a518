// pocketrec evaluate: data in every format, every metric against its definition, every protocol
// against hand-made figures.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { readInteractions, readNegatives } from "../js/evaluate/interactions.js";
import { measure, targetRanks } from "../js/evaluate/metrics.js";
import { pocketrec, temporaryFolder } from "./lib/command-line.js";
import { uniform } from "./lib/random.js";
import { fileOf } from "./lib/weights.js";

const at = temporaryFolder();
const bytes = (text) => new TextEncoder().encode(text);

/** { user, item, rating, time } by name, one an interaction. */
async function read(path, text) {
  const { users, items, user, item, rating, time } = await readInteractions(bytes(text), path);
  return Array.from(user, (place, n) => [users[place], items[item[n]], rating?.[n], time?.[n]]);
}

describe("interactions", () => {
  for (const [title, path, text, expected] of [
    [
      "MovieLens' csv",
      "ratings.csv",
      "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3,1260759179\n",
      [
        ["1", "31", 2.5, 1260759144],
        ["1", "1029", 3, 1260759179],
      ],
    ],
    [
      "a csv with quotes, another order, a date and a byte-order mark",
      "x.csv",
      '\ufeffdate,"item_id",user\n2026-01-02,"a, ""b""",u1\r\n2026-01-03,c,u2\r\n',
      [
        ["u1", 'a, "b"', undefined, Date.parse("2026-01-02")],
        ["u2", "c", undefined, Date.parse("2026-01-03")],
      ],
    ],
    [
      "ratings.dat",
      "ratings.dat",
      "1::1193::5::978300760\n2::661::3::978302109\n",
      [
        ["1", "1193", 5, 978300760],
        ["2", "661", 3, 978302109],
      ],
    ],
    ["u.data", "u.data", "196\t242\t3\t881250949\n", [["196", "242", 3, 881250949]]],
    [
      "RecBole's .inter",
      "ml.inter",
      "user_id:token\titem_id:token\trating:float\ttimestamp:float\n196\t242\t3\t881250949\n",
      [["196", "242", 3, 881250949]],
    ],
    [
      "the vae_cf notebook's pairs",
      "test_tr.csv",
      "uid,sid\n7,3\n",
      [["7", "3", undefined, undefined]],
    ],
    [
      "pairs without a header",
      "pairs.txt",
      "3 4\n3 5\n",
      [
        ["3", "4", undefined, undefined],
        ["3", "5", undefined, undefined],
      ],
    ],
  ]) {
    test(title, async () => assert.deepEqual(await read(path, text), expected));
  }

  for (const [title, text, words] of [
    [
      "a rating that is none",
      "user,item,rating\n1,2,3\n1,3,x\n",
      /line 3: expected a rating that is a number, found "x"/,
    ],
    [
      "a line without an item",
      "user,item\n1,2\n1\n",
      /line 3: expected a user and an item, found "1"/,
    ],
    [
      "a header without a user",
      "item,rating\n1,2\n",
      /line 1: expected a header with a user and an item/,
    ],
    ["one column", "hello\n", /line 1: expected a header with a user and an item/],
  ]) {
    test(`${title} is told by its line`, () =>
      assert.rejects(read("x.csv", text), { message: words }));
  }

  test("the NCF authors' negatives", () => {
    assert.deepEqual(readNegatives(bytes("(0,25)\t1064\t174\n(1,133)\t1072\n"), "x"), [
      { user: "0", item: "25", negatives: ["1064", "174"] },
      { user: "1", item: "133", negatives: ["1072"] },
    ]);
    assert.throws(() => readNegatives(bytes("(0,25)\t3\n0,25\t3\n"), "x"), {
      message: /x, line 2: expected \(user,item\)/,
    });
  });
});

describe("metrics", () => {
  /** By definition, over the whole order: targets behind all that score the same. */
  function byDefinition(targets, others, metric) {
    const [name, cut] = metric.split("@");
    const k = Number(cut);
    const order = [
      ...targets.map((score) => ({ score, isTarget: 1 })),
      ...others.map((score) => ({ score, isTarget: 0 })),
    ]
      .sort((a, b) => b.score - a.score || a.isTarget - b.isTarget)
      .map(({ isTarget }) => isTarget);
    const first = order.slice(0, k);
    const hits = first.reduce((a, b) => a + b, 0);
    const most = Math.min(k, targets.length);
    const dcg = (list) => list.reduce((sum, hit, place) => sum + hit / Math.log2(place + 2), 0);
    return {
      HR: () => Math.sign(hits),
      Recall: () => hits / most,
      Precision: () => hits / k,
      NDCG: () => dcg(first) / dcg(Array(most).fill(1)),
      MAP: () =>
        first.reduce(
          (sum, hit, place) =>
            sum + hit * (first.slice(0, place + 1).reduce((a, b) => a + b, 0) / (place + 1)),
          0,
        ) / most,
      MRR: () => 1 / (order.indexOf(1) + 1),
      AUC: () =>
        targets.reduce(
          (sum, target) =>
            sum +
            others.reduce(
              (part, other) => part + (target > other ? 1 : target === other ? 0.5 : 0),
              0,
            ),
          0,
        ) /
        (targets.length * others.length),
    }[name]();
  }

  test("each is its definition, with ties and many targets", () => {
    const next = uniform(3);
    const metrics = [
      "HR@1",
      "HR@5",
      "Recall@5",
      "Recall@20",
      "Precision@5",
      "NDCG@5",
      "NDCG@20",
      "MAP@5",
      "MAP@20",
      "MRR",
      "AUC",
    ];
    for (let round = 0; round < 300; round++) {
      const draw = () => Math.floor(next() * (round % 2 ? 8 : 1000));
      const targets = Array.from({ length: 1 + Math.floor(next() * 9) }, draw);
      const others = Array.from({ length: 1 + Math.floor(next() * 40) }, draw);
      const found = measure(targetRanks(targets, others), others.length, metrics);
      metrics.forEach((metric, place) =>
        assert.ok(
          Math.abs(found[place] - byDefinition(targets, others, metric)) < 1e-12,
          `${metric} ${targets} ${others}`,
        ),
      );
    }
  });

  test("what scores everything the same finds nothing; what is perfect finds all", () => {
    const metrics = ["HR@10", "NDCG@10", "Recall@10", "MAP@10", "MRR", "AUC"];
    const others = Array(50).fill(0);
    assert.deepEqual(measure(targetRanks([0, 0], others), 50, metrics), [0, 0, 0, 0, 1 / 51, 0.5]);
    assert.deepEqual(measure(targetRanks([2, 1], others), 50, metrics), [1, 1, 1, 1, 1, 1]);
  });
});

/**
 * Three people and six items, a number each: a person's likes rise or fall with the row.
 *   user 0: 0 1 2 3 4 5    user 1: 0 -1 -2 -3 -4 -5    user 2: all 0
 */
function model(name, info = {}, more = {}) {
  const tensor = (shape, ...data) => ({ shape, data: Float32Array.from(data) });
  const tensors = {
    "gmf.item": tensor([6, 1], 0, 1, 2, 3, 4, 5),
    "gmf.user": tensor([3, 1], 1, -1, 0),
    "output.weight": tensor([1, 1], 1),
    ...more,
  };
  writeFileSync(
    at(name),
    new Uint8Array(
      fileOf({ tensors, info: { format: 1, kind: "gmf", output: "identity", ...info } }),
    ),
  );
  return at(name);
}

/** Figures by metric. */
function evaluate(file, ...options) {
  const { status, stdout, stderr } = pocketrec("evaluate", file, ...options, "--json");
  assert.equal(status, 0, stderr);
  const { metrics, popularity, ...rest } = JSON.parse(stdout);
  const byName = (figures) =>
    Object.fromEntries((figures ?? []).map(({ metric, value }) => [metric, value]));
  return { ...rest, metrics: byName(metrics), intervals: metrics, popularity: byName(popularity) };
}

describe("protocols", () => {
  test("leave-one-out with the authors' files, in a folder", () => {
    mkdirSync(at("ncf"));
    writeFileSync(at("ncf/x.train.rating"), "0\t0\t5\t1\n1\t5\t5\t1\n2\t3\t5\t1\n");
    writeFileSync(at("ncf/x.test.rating"), "0\t4\t5\t2\n1\t4\t5\t2\n2\t1\t5\t2\n");
    // User 0: 5 is ahead of 4; the held-out item among its negatives, and one that comes twice, do
    // not count.
    writeFileSync(at("ncf/x.test.negative"), "(0,4)\t5\t5\t4\t1\n(1,4)\t1\t2\t5\n(2,1)\t2\t5\n");
    const { metrics, users, userSource, popularity } = evaluate(
      model("a"),
      "--data",
      at("ncf"),
      "--protocol",
      "leave-one-out",
      "--at",
      "1,2",
      "--metrics",
      "HR,NDCG,MRR,AUC",
    );
    assert.deepEqual([users, userSource], [3, "stored"]);
    // Ranks 2 of 3, 3 of 4 and, all being the same, 3 of 3.
    assert.deepEqual([metrics["HR@1"], metrics["HR@2"]], [0, 1 / 3]);
    assert.ok(Math.abs(metrics["NDCG@2"] - 1 / Math.log2(3) / 3) < 1e-12);
    assert.ok(Math.abs(metrics.MRR - (1 / 2 + 1 / 3 + 1 / 3) / 3) < 1e-12);
    assert.ok(Math.abs(metrics.AUC - (1 / 2 + 1 / 3 + 1 / 2) / 3) < 1e-12);
    assert.equal(popularity["HR@1"], 0);
  });

  test("without a test file each person's latest interaction is held out, among drawn ones or the catalogue", () => {
    writeFileSync(at("times.csv"), "user,item,timestamp\n0,5,30\n0,1,10\n0,2,20\n1,0,9\n1,3,3\n");
    const all = evaluate(
      model("b"),
      "--data",
      at("times.csv"),
      "--protocol",
      "leave-one-out",
      "--sampled",
      "all",
      "--at",
      "1",
    );
    // 5 is the best for user 0, and 0 for user 1.
    assert.deepEqual([all.users, all.metrics["HR@1"], all.metrics.AUC], [2, 1, 1]);
    assert.equal(
      evaluate(
        model("b"),
        "--data",
        at("times.csv"),
        "--protocol",
        "leave-one-out",
        "--sampled",
        2,
        "--at",
        "1",
      ).metrics["HR@1"],
      1,
    );
  });

  test("strong: a training and a test file are taken as they are, the history is not recommended", () => {
    writeFileSync(at("train.csv"), "user,item\n0,5\n0,0\n1,0\n");
    writeFileSync(at("test.csv"), "user,item\n0,4\n0,1\n1,5\n1,99\n");
    const { metrics, counts } = evaluate(
      model("c"),
      "--data",
      at("train.csv"),
      "--test",
      at("test.csv"),
      "--protocol",
      "strong",
      "--at",
      "1,2",
    );
    // User 0 ranks 4 3 2 1: places 1 and 4. User 1 ranks 1 2 3 4 5: place 5.
    assert.deepEqual([metrics["Recall@1"], metrics["Recall@2"]], [1 / 2, 1 / 4]);
    assert.ok(Math.abs(metrics["MAP@2"] - 1 / 4) < 1e-12);
    assert.ok(Math.abs(metrics.MRR - (1 + 1 / 5) / 2) < 1e-12);
    assert.ok(Math.abs(metrics.AUC - 1 / 4) < 1e-12); // user 0: of four pairs two are right; user 1: none
    assert.equal(counts.unknown, 1);
  });

  test("strong: a share of the people is drawn, the same each time", () => {
    const draw = uniform(8);
    writeFileSync(
      at("many.csv"),
      `user,item\n${Array.from({ length: 60 }, (_, user) =>
        [0, 1, 2, 3, 4, 5]
          .filter(() => draw() < 0.7)
          .map((item) => `${user},${item}`)
          .join("\n"),
      ).join("\n")}\n`,
    );
    const options = ["--data", at("many.csv"), "--protocol", "strong", "--held-out", 0.5];
    const [one, again, other] = [[], [], ["--seed", 2]].map((more) =>
      evaluate(model("d", { output: "sigmoid" }), ...options, ...more),
    );
    assert.deepEqual(one, again);
    assert.equal(one.userSource, "history", "who was held out is new to the model");
    assert.notDeepEqual(one.metrics, other.metrics);
    assert.ok(
      Math.abs(one.users - 30) <= 1 &&
        one.intervals.every(({ low, value, high }) => low <= value && value <= high) &&
        one.intervals.some(({ low, high }) => low < high),
    );
  });

  test("rating: every rating weighs the same, low ones too", () => {
    const file = model("e", { rating: { positive: 4 } });
    writeFileSync(at("rated.csv"), "user,item,rating\n0,3,4\n0,1,1\n1,2,-1\n");
    const { metrics } = evaluate(
      file,
      "--data",
      at("rated.csv"),
      "--test",
      at("rated.csv"),
      "--protocol",
      "rating",
    );
    assert.ok(Math.abs(metrics.RMSE - Math.sqrt((1 + 0 + 1) / 3)) < 1e-12);
    assert.ok(Math.abs(metrics.MAE - 2 / 3) < 1e-12);
  });

  test("lists: what was published against what the model says", () => {
    writeFileSync(at("lists.json"), "[[5,4,3],[0,1,4],[2,3]]");
    const { metrics } = evaluate(model("f"), "--data", at("lists.json"), "--protocol", "lists");
    // The third person likes all items the same: the best two are then the first rows, and any
    // order is the same.
    assert.ok(Math.abs(metrics.Overlap - (1 + 2 / 3 + 0) / 3) < 1e-12);
    assert.ok(Math.abs(metrics.Same - 2 / 3) < 1e-12);
  });

  for (const [name, text] of [
    ["l.csv", 'user_id,recommended\n0,"[5, 4, 3, 2, 1]"\n1,"[0, 1, 2, 3, 4]"\n'],
    ["l.txt", "0: 5 4 3 2 1\n1: 0 1 2 3 4\n"],
    ["l.json", '{"0": [5, 4, 3, 2, 1], "1": [0, 1, 2, 3, 4]}'],
    [
      "pairs.csv",
      `user,item,rank\n${[5, 4, 3, 2, 1].map((item, rank) => `0,${item},${rank}\n1,${5 - item},${rank}`).join("\n")}\n`,
    ],
  ]) {
    test(`lists as ${name}`, () => {
      writeFileSync(at(name), text);
      const { metrics, users } = evaluate(model("l"), "--data", at(name), "--protocol", "lists");
      assert.deepEqual([users, metrics], [2, { Overlap: 1, Same: 1 }]);
    });
  }

  test("people are made new from their history where the file has no users, and ids are the file's", () => {
    const ids = {
      item_ids: {
        dtype: "U8",
        shape: [0],
        data: bytes(["a", "b", "c", "d", "e", "f"].map((id) => JSON.stringify(id)).join("\n")),
      },
    };
    ids.item_ids.shape = [ids.item_ids.data.length];
    const file = model(
      "g",
      { output: "sigmoid" },
      { ...ids, "gmf.item": { shape: [6, 1], data: Float32Array.of(-3, -2, -1, 1, 2, 3) } },
    );
    writeFileSync(at("named.csv"), "user,item,time\nx,e,1\nx,f,2\nx,d,3\ny,a,1\ny,zzz,5\ny,b,2\n");
    const { metrics, userSource, counts } = evaluate(
      file,
      "--data",
      at("named.csv"),
      "--protocol",
      "leave-one-out",
      "--sampled",
      "all",
      "--at",
      "1",
      "--users",
      "history",
    );
    assert.deepEqual([userSource, counts.unknown, metrics["HR@1"]], ["history", 1, 1]); // x has had what is high, y what is low
  });

  test("ratings below what counts are no interactions", () => {
    writeFileSync(at("low.csv"), "user,item,rating,time\n0,1,5,1\n0,5,5,2\n0,2,1,3\n");
    const { counts, metrics } = evaluate(
      model("h"),
      "--data",
      at("low.csv"),
      "--protocol",
      "leave-one-out",
      "--positive",
      4,
      "--sampled",
      "all",
      "--at",
      "1",
    );
    assert.deepEqual([counts.low, metrics["HR@1"]], [1, 1]);
  });
});

describe("mistakes", () => {
  const file = () => model("m");
  for (const [title, options, words] of [
    [
      "no such data",
      ["--data", at("none"), "--protocol", "strong"],
      /none: expected a file or a folder with interactions/,
    ],
    [
      "a folder without any",
      ["--data", at("empty"), "--protocol", "strong"],
      /empty: expected ratings\.csv, .*found an empty folder/,
    ],
    [
      "data of another catalogue",
      ["--data", at("other.csv"), "--protocol", "strong"],
      /other\.csv: expected interactions with items that the model knows, found 3 of 3 with others\..*--item-base 1/,
    ],
    [
      "users that the file does not have",
      ["--data", at("users.csv"), "--protocol", "leave-one-out"],
      /17: expected a row of the 3 trained users/,
    ],
    [
      "a metric that is none",
      ["--data", at("users.csv"), "--protocol", "strong", "--metrics", "HR,F1"],
      /--metrics: expected HR, NDCG, .*found F1/,
    ],
    [
      "ratings that people are made from",
      ["--data", at("users.csv"), "--protocol", "leave-one-out", "--users", "history"],
      /--data: expected ratings, which people are made from in this model/,
    ],
    [
      "ratings that are not there",
      ["--data", at("users.csv"), "--protocol", "rating"],
      /users\.csv: expected a column of ratings/,
    ],
    [
      "a share of everything",
      ["--data", at("users.csv"), "--protocol", "strong", "--held-out", "2"],
      /A number from 0 to 1 is expected/,
    ],
  ]) {
    test(title, () => {
      mkdirSync(at("empty"), { recursive: true });
      writeFileSync(at("other.csv"), "user,item\n0,100\n0,101\n1,102\n");
      writeFileSync(at("users.csv"), "user,item\n17,1\n17,2\n");
      const { status, stderr } = pocketrec("evaluate", file(), ...options);
      assert.equal(status, 2);
      assert.match(stderr, words);
      assert.ok(!/^\s+at /m.test(stderr));
    });
  }

  test("--help defines every protocol and metric", () => {
    const { stdout } = pocketrec("evaluate", "--help");
    for (const word of [
      "leave-one-out",
      "strong",
      "rating",
      "lists",
      "Ties",
      "HR@k",
      "NDCG@k",
      "Recall@k",
      "Precision@k",
      "MAP@k",
      "MRR",
      "AUC",
      "RMSE, MAE",
      "Intervals",
    ])
      assert.match(stdout, new RegExp(`^ *${word} `, "m"));
  });
});
