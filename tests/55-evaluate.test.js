// pocketrec evaluate: every format of data, every metric against its definition, every protocol
// against figures computed by hand.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { readInteractions } from "../cli/evaluate/interactions.js";
import { measure, targetRanks } from "../cli/evaluate/metrics.js";
import { readNegatives } from "../cli/evaluate/negatives.js";
import { assertRefused } from "./lib/assert-refused.js";
import { assertFails, pocketrec, words } from "./lib/command-line.js";
import { assertFigure, evaluate, evaluationFiles } from "./lib/evaluate.js";
import { uniform } from "./lib/random.js";
import { fileOf } from "./lib/weights.js";

const { at, model, data } = evaluationFiles();
const bytes = (text) => new TextEncoder().encode(text);

/** The interactions of a file as [user, item, rating, time]. */
async function read(path, text) {
  const { users, items, user, item, rating, time } = await readInteractions(bytes(text), path);
  return Array.from(user, (index, n) => [users[index], items[item[n]], rating?.[n], time?.[n]]);
}

describe("interactions", () => {
  const header = "user_id:token\titem_id:token\trating:float\ttimestamp:float";
  const quoted = '\ufeffdate,"item_id",user\n2026-01-02,"a, ""b""",u1\r\n2026-01-03,c,u2\r\n';
  const FILES = {
    "MovieLens' ratings.csv": {
      path: "ratings.csv",
      text: "userId,movieId,rating,timestamp\n1,31,2.5,1260759144\n1,1029,3,1260759179\n",
      expected: [
        ["1", "31", 2.5, 1260759144],
        ["1", "1029", 3, 1260759179],
      ],
    },
    "a .csv with quotes, another order, dates and a byte-order mark": {
      path: "x.csv",
      text: quoted,
      expected: [
        ["u1", 'a, "b"', undefined, Date.parse("2026-01-02")],
        ["u2", "c", undefined, Date.parse("2026-01-03")],
      ],
    },
    "MovieLens' ratings.dat": {
      path: "ratings.dat",
      text: "1::1193::5::978300760\n2::661::3::978302109\n",
      expected: [
        ["1", "1193", 5, 978300760],
        ["2", "661", 3, 978302109],
      ],
    },
    "MovieLens' u.data": {
      path: "u.data",
      text: "196\t242\t3\t881250949\n",
      expected: [["196", "242", 3, 881250949]],
    },
    "RecBole's .inter": {
      path: "ml.inter",
      text: `${header}\n196\t242\t3\t881250949\n`,
      expected: [["196", "242", 3, 881250949]],
    },
    "the vae_cf notebook's pairs": {
      path: "test_tr.csv",
      text: "uid,sid\n7,3\n",
      expected: [["7", "3", undefined, undefined]],
    },
    "pairs without a header": {
      path: "pairs.txt",
      text: "3 4\n3 5\n",
      expected: [
        ["3", "4", undefined, undefined],
        ["3", "5", undefined, undefined],
      ],
    },
  };
  for (const [title, { path, text, expected }] of Object.entries(FILES))
    test(title, async () => assert.deepEqual(await read(path, text), expected));

  for (const [title, text, message] of [
    ["a rating", "user,item,rating\n1,2,3\n1,3,x\n", /line 3: .* a rating that is a number, .*"x"/],
    ["a missing item", "user,item\n1,2\n1\n", /line 3: expected a user and an item, found "1"/],
    [
      "a missing user",
      "item,rating\n1,2\n",
      /line 1: expected a column of users, .*--columns user=/,
    ],
    ["one column", "hello\n", /line 1: expected a header with a user and an item/],
  ]) {
    test(`the error for ${title} names the line`, () =>
      assertRefused(read("x.csv", text), "bad-argument", message));
  }

  test("the NCF authors' negatives", async () => {
    assert.deepEqual(readNegatives(bytes("(0,25)\t1064\t174\n(1,133)\t1072\n"), "x"), [
      { user: "0", item: "25", negatives: ["1064", "174"] },
      { user: "1", item: "133", negatives: ["1072"] },
    ]);
    const broken = bytes("(0,25)\t3\n0,25\t3\n");
    const message = /x, line 2: expected \(user,item\)/;
    await assertRefused(() => readNegatives(broken, "x"), "bad-argument", message);
  });
});

describe("metrics", () => {
  /** A metric by its definition, from the whole ranking; targets rank behind ties. */
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
    const max = Math.min(k, targets.length);
    const dcg = (list) => list.reduce((sum, hit, place) => sum + hit / Math.log2(place + 2), 0);
    return {
      HR: () => Math.sign(hits),
      Recall: () => hits / max,
      Precision: () => hits / k,
      NDCG: () => dcg(first) / dcg(Array(max).fill(1)),
      MAP: () =>
        first.reduce(
          (sum, hit, place) =>
            sum + hit * (first.slice(0, place + 1).reduce((a, b) => a + b, 0) / (place + 1)),
          0,
        ) / max,
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

  test("match their definitions, with ties and many targets", () => {
    const next = uniform(3);
    const atK = "HR@1 HR@5 Recall@5 Recall@20 Precision@5 NDCG@5 NDCG@20 MAP@5 MAP@20";
    const metrics = [...atK.split(" "), "MRR", "AUC"];
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

  test("are 0 for equal scores and 1 for a perfect ranking", () => {
    const metrics = ["HR@10", "NDCG@10", "Recall@10", "MAP@10", "MRR", "AUC"];
    const others = Array(50).fill(0);
    assert.deepEqual(measure(targetRanks([0, 0], others), 50, metrics), [0, 0, 0, 0, 1 / 51, 0.5]);
    assert.deepEqual(measure(targetRanks([2, 1], others), 50, metrics), [1, 1, 1, 1, 1, 1]);
  });
});

describe("leave-one-out", () => {
  test("reads the NCF authors' files in a folder", () => {
    const folder = at("ncf");
    mkdirSync(folder);
    data("ncf/x.train.rating", "0\t0\t5\t1\n1\t5\t5\t1\n2\t3\t5\t1\n");
    data("ncf/x.test.rating", "0\t4\t5\t2\n1\t4\t5\t2\n2\t1\t5\t2\n");
    // User 0: 5 ranks before 4; the held-out item and the repetition do not count as negatives.
    data("ncf/x.test.negative", "(0,4)\t5\t5\t4\t1\n(1,4)\t1\t2\t5\n(2,1)\t2\t5\n");
    const options = ["--at", "1,2", "--metrics", "HR,NDCG,MRR,AUC"];
    const { metrics, users, userSource, popularity } =
      evaluate`${model("a")} --data ${folder} --protocol leave-one-out ${options}`;
    assert.deepEqual([users, userSource], [3, "stored"]);
    // Ranks 2 of 3, 3 of 4 and, with ties, 3 of 3.
    assert.deepEqual([metrics["HR@1"], metrics["HR@2"]], [0, 1 / 3]);
    assertFigure(metrics["NDCG@2"], 1 / Math.log2(3) / 3);
    assertFigure(metrics.MRR, (1 / 2 + 1 / 3 + 1 / 3) / 3);
    assertFigure(metrics.AUC, (1 / 2 + 1 / 3 + 1 / 2) / 3);
    assert.equal(popularity["HR@1"], 0);
  });

  test("without a test file holds out each user's last interaction by time", () => {
    const path = data("times.csv", "user,item,timestamp\n0,5,30\n0,1,10\n0,2,20\n1,0,9\n1,3,3\n");
    const file = model("b");
    const protocol = ["--data", path, "--protocol", "leave-one-out", "--at", "1"];
    // Item 5 is the best for user 0, and 0 for user 1.
    const all = evaluate`${file} ${protocol} --sampled all`;
    assert.deepEqual([all.users, all.metrics["HR@1"], all.metrics.AUC], [2, 1, 1]);
    assert.equal(evaluate`${file} ${protocol} --sampled 2`.metrics["HR@1"], 1);
  });

  test("encodes new users from their history, and names items by the file's ids", () => {
    const ids = bytes(["a", "b", "c", "d", "e", "f"].map((id) => JSON.stringify(id)).join("\n"));
    const file = model(
      "g",
      { output: "sigmoid" },
      {
        item_ids: { dtype: "U8", shape: [ids.length], data: ids },
        "gmf.item": { shape: [6, 1], data: Float32Array.of(-3, -2, -1, 1, 2, 3) },
      },
    );
    const path = data("named.csv", "user,item,time\nx,e,1\nx,f,2\nx,d,3\ny,a,1\ny,zzz,5\ny,b,2\n");
    const protocol = ["--protocol", "leave-one-out", "--sampled", "all", "--at", "1"];
    const { metrics, userSource, counts } =
      evaluate`${file} --data ${path} ${protocol} --users history`;
    // x interacted with the high factors, y with the low ones.
    assert.deepEqual([userSource, counts.unknown, metrics["HR@1"]], ["history", 1, 1]);
  });

  test("ratings below --positive are no interactions", () => {
    const path = data("low.csv", "user,item,rating,time\n0,1,5,1\n0,5,5,2\n0,2,1,3\n");
    const protocol = ["--protocol", "leave-one-out", "--sampled", "all", "--at", "1"];
    const { counts, metrics } = evaluate`${model("h")} --data ${path} ${protocol} --positive 4`;
    assert.deepEqual([counts.low, metrics["HR@1"]], [1, 1]);
  });
});

describe("strong", () => {
  test("takes a training and a test file as given, and does not recommend the history", () => {
    const train = data("train.csv", "user,item\n0,5\n0,0\n1,0\n");
    const held = data("test.csv", "user,item\n0,4\n0,1\n1,5\n1,99\n");
    const { metrics, counts } =
      evaluate`${model("c")} --data ${train} --test ${held} --protocol strong --at 1,2`;
    // User 0 ranks 4 3 2 1: places 1 and 4. User 1 ranks 1 2 3 4 5: place 5.
    assert.deepEqual([metrics["Recall@1"], metrics["Recall@2"]], [1 / 2, 1 / 4]);
    assertFigure(metrics["MAP@2"], 1 / 4);
    assertFigure(metrics.MRR, (1 + 1 / 5) / 2);
    assertFigure(metrics.AUC, 1 / 4); // user 0: two of four pairs are right; user 1: none
    assert.equal(counts.unknown, 1);
  });

  test("samples a share of the users, the same with the same seed", () => {
    const draw = uniform(8);
    const lines = Array.from({ length: 60 }, (_, user) =>
      [0, 1, 2, 3, 4, 5].filter(() => draw() < 0.7).map((item) => `${user},${item}`),
    ).map((lines) => lines.join("\n"));
    const path = data("many.csv", `user,item\n${lines.join("\n")}\n`);
    const file = model("d", { output: "sigmoid" });
    const [one, again, other] = [[], [], ["--seed", 2]].map(
      (seed) => evaluate`${file} --data ${path} --protocol strong --held-out 0.5 ${seed}`,
    );
    assert.deepEqual(one, again);
    assert.equal(one.userSource, "history", "sampled users are new to the model");
    assert.notDeepEqual(one.metrics, other.metrics);
    assert.ok(Math.abs(one.users - 30) <= 1, `${one.users} users`);
    assert.ok(one.intervals.every(({ low, value, high }) => low <= value && value <= high));
    assert.ok(one.intervals.some(({ low, high }) => low < high));
  });
});

test("rating: every rating has the same weight, low ones included", () => {
  const file = model("e", { rating: { minimum: -5, maximum: 5, positive: 4 } });
  const path = data("rated.csv", "user,item,rating\n0,3,4\n0,1,1\n1,2,-1\n");
  const { metrics } = evaluate`${file} --data ${path} --test ${path} --protocol rating
    --dialect missing=none`;
  assertFigure(metrics.RMSE, Math.sqrt((1 + 0 + 1) / 3));
  assertFigure(metrics.MAE, 2 / 3);
});

describe("lists", () => {
  test("compares published lists with the model's", () => {
    const path = data("lists.json", "[[5,4,3],[0,1,4],[2,3]]");
    const { metrics } = evaluate`${model("f")} --data ${path} --protocol lists`;
    // All scores of the third user are equal: the best two are the first rows, in any order.
    assertFigure(metrics.Overlap, (1 + 2 / 3 + 0) / 3);
    assertFigure(metrics.Same, 2 / 3);
  });

  const pairs = [5, 4, 3, 2, 1].map((item, rank) => `0,${item},${rank}\n1,${5 - item},${rank}`);
  for (const [name, text] of [
    ["l.csv", 'user_id,recommended\n0,"[5, 4, 3, 2, 1]"\n1,"[0, 1, 2, 3, 4]"\n'],
    ["l.txt", "0: 5 4 3 2 1\n1: 0 1 2 3 4\n"],
    ["l.json", '{"0": [5, 4, 3, 2, 1], "1": [0, 1, 2, 3, 4]}'],
    ["pairs.csv", `user,item,rank\n${pairs.join("\n")}\n`],
  ]) {
    test(`reads ${name}`, () => {
      const path = data(name, text);
      const { metrics, users } = evaluate`${model("l")} --data ${path} --protocol lists`;
      assert.deepEqual([users, metrics], [2, { Overlap: 1, Same: 1 }]);
    });
  }
});

test("the report names users, skipped interactions and the baseline", () => {
  const path = data("report.csv", "user,item,rating,time\n0,1,5,1\n0,5,5,2\n0,2,1,3\n");
  const options = words`--data ${path} --protocol leave-one-out --positive 4 --sampled all`;
  const { stdout } = pocketrec("evaluate", model("r"), ...options);
  assert.match(
    stdout,
    /: leave-one-out\nread .*report\.csv: fields between ",", with a header, utf-8\n/,
  );
  assert.match(stdout, /^ {2}user = user, item = item, rating = rating, time = time$/m);
  assert.match(stdout, /^ {2}3 interactions, first: user 0, item 1, rating 5, time 1$/m);
  assert.match(stdout, /^1 users \(trained users\); each user's last interaction /m);
  assert.match(stdout, /^3 interactions; skipped: 1 with low ratings\.$/m);
  assert.match(stdout, /^metric +value +95% interval +popularity\nHR@5 +1\.0000 /m);
});

test("a dot product of clicks is measured on data without ratings", () => {
  const tensors = {
    "item.vector": { shape: [6, 2], data: Float32Array.of(1, 0, 1, 0, 0.9, 0, 0, 1, 0, 1, 0, 0.9) },
  };
  const fold_in = { loss: "confidence", regularization: 0.1 };
  const info = { format: 1, kind: "dot", input: { values: "rating" }, fold_in };
  writeFileSync(at("als"), new Uint8Array(fileOf({ tensors, info })));
  const path = data("clicks.csv", "user,item\n0,0\n0,1\n0,2\n1,3\n1,4\n1,5\n");
  const protocol = "--protocol strong --held-out 1 --fold-in 0.6 --at 1";
  const { metrics } = evaluate`${at("als")} --data ${path} ${protocol.split(" ")}`;
  assert.equal(metrics["HR@1"] ?? metrics["Recall@1"], 1);
});

describe("errors", () => {
  const [none, empty, other, users] = ["none", "empty", "other.csv", "users.csv"].map(at);
  for (const [title, options, message] of [
    [
      "missing data",
      words`--data ${none} --protocol strong`,
      /none: expected a file or a folder with interactions/,
    ],
    [
      "an empty folder",
      words`--data ${empty} --protocol strong`,
      /empty: expected ratings\.csv, .*found an empty folder/,
    ],
    [
      "data of another catalogue",
      words`--data ${other} --protocol strong`,
      /other\.csv: .* items that the model knows, found 3 of 3 with other items\..*--item-base 1/,
    ],
    [
      "users that the file does not have",
      words`--data ${users} --protocol leave-one-out`,
      /17: expected a row of the 3 trained users/,
    ],
    [
      "an unknown metric",
      words`--data ${users} --protocol strong --metrics HR,F1`,
      /--metrics: expected HR, NDCG, .*found F1/,
    ],
    [
      "no ratings to encode users from",
      words`--data ${users} --protocol leave-one-out --users history`,
      /--data: expected ratings, which this model encodes users from/,
    ],
    [
      "no ratings to predict",
      words`--data ${users} --protocol rating`,
      /users\.csv: expected a column of ratings/,
    ],
    [
      "a share above 1",
      words`--data ${users} --protocol strong --held-out 2`,
      /Expected a number from 0 to 1\./,
    ],
  ]) {
    test(title, () => {
      mkdirSync(empty, { recursive: true });
      data("other.csv", "user,item\n0,100\n0,101\n1,102\n");
      data("users.csv", "user,item\n17,1\n17,2\n");
      assert.match(assertFails("evaluate", model("m"), ...options), message);
    });
  }
});

test("--help defines every protocol and metric", () => {
  const { stdout } = pocketrec("evaluate", "--help");
  for (const term of [
    ...["leave-one-out", "strong", "rating", "lists", "Users", "Ties", "Not counted", "Intervals"],
    ...["HR@k", "NDCG@k", "Recall@k", "Precision@k", "MAP@k", "MRR", "AUC", "RMSE, MAE"],
    ...["Overlap", "Same", "popularity"],
  ])
    assert.match(stdout, new RegExp(`^ *${term}( |$)`, "m"));
});
