// pocketrec evaluate: clicks against scikit-learn's figures, and no rule applied in silence: what a
// protocol leaves out or decides is counted, what the data leave open is asked.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { aucOf, clickFigures } from "../cli/evaluate/clicks.js";
import { PredictedRows } from "../cli/evaluate/predicted-rows.js";
import { assertFails, cli, pocketrec, words } from "./lib/command-line.js";
import { assertFigure, evaluate, evaluationFiles } from "./lib/evaluate.js";
import { uniform } from "./lib/random.js";
import { npy } from "./lib/torch-writer.js";
import { zip } from "./lib/zip-writer.js";

const { at, model, data } = evaluationFiles();
const sigmoid = (name, info = {}, more = {}) => model(name, { output: "sigmoid", ...info }, more);

/** Labels of six items for user 0, of six for user 1, of four for user 2. */
const LABELS = [
  [0, 0, 1, 0, 1, 1],
  [1, 0, 1, 0, 0, 0],
  [1, 0, 0, 1],
];
const linesOf = (labels, valueOf = (label) => label) =>
  labels.flatMap((list, user) => list.map((label, item) => `${user},${item},${valueOf(label)}`));
const labelled = () => data("labels.csv", `user,item,label\n${linesOf(LABELS).join("\n")}\n`);
/** A training file that the protocols which take one can use. */
const train = () => data("train.csv", "user,item,label\n0,0,1\n1,5,1\n2,0,1\n2,1,0\n");

describe("clicks", () => {
  // roc_auc_score(y, p), log_loss(y, p) and mean(p) / mean(y) of scikit-learn 1.9.1 and numpy, with
  // p = 1 / (1 + exp(-user * item)) in double precision.
  const EXPECTED = { AUC: 0.7222222222222222, LogLoss: 0.6991354835277128 };
  const CALIBRATION = 1.1428571428571428;
  const command = (path) => words`--data ${path} --test ${path} --protocol clicks`;

  test("are scikit-learn's AUC and log loss, with ties, and mean score / mean label", () => {
    const { metrics, users, rows, userSource, intervals, how } =
      evaluate`${sigmoid("a")} ${command(labelled())}`;
    assertFigure(metrics.AUC, EXPECTED.AUC);
    assertFigure(metrics.LogLoss, EXPECTED.LogLoss, 1e-7);
    assertFigure(metrics.Calibration, CALIBRATION, 1e-7);
    assert.deepEqual([users, userSource, rows.count], [3, "stored", 16]);
    assert.match(how, /^the rows of the test file; a click is label 1$/);
    for (const { low, value, high } of intervals) assert.ok(low <= value && value <= high);
  });

  test("--json has ten bins of scores, with their mean score and mean label", () => {
    const { calibration } = evaluate`${sigmoid("a")} ${command(labelled())}`;
    // numpy: p in [b / 10, (b + 1) / 10)
    const expected = [
      [0, 3, 0.024034978021314397, 0],
      [1, 1, 0.11920292202211755, 1],
      [2, 1, 0.2689414213699951, 0],
      [5, 6, 0.5, 0.5],
      [7, 1, 0.7310585786300049, 0],
      [8, 1, 0.8807970779778823, 1],
      [9, 3, 0.9759650219786856, 2 / 3],
    ];
    assert.equal(calibration.length, 10);
    assert.deepEqual(
      calibration.filter(({ rows }) => rows).map(({ from, rows }) => [from * 10, rows]),
      expected.map(([bin, rows]) => [bin, rows]),
    );
    for (const [bin, , prediction, label] of expected) {
      assertFigure(calibration[bin].prediction, prediction, 1e-7);
      assertFigure(calibration[bin].label, label);
    }
    assert.equal(calibration[3].prediction, null);
  });

  test("clip probabilities as scikit-learn does in float32", () => {
    const rows = new PredictedRows();
    for (const [label, raw, p] of [
      [1, 100, 1],
      [0, -100, 0],
      [0, 100, 1],
      [1, 0, 0.5],
    ])
      rows.add(0, label, raw, p);
    const [loss, auc] = clickFigures(rows, ["LogLoss", "AUC"], 1, 1);
    // log_loss(y, p) with p of float32, roc_auc_score(y, raw)
    assertFigure(loss.value, 4.158883094787598, 1e-6);
    assert.equal(auc.value, 0.625);
  });

  test("AUC is its definition, with ties, in samples of users too", () => {
    const next = uniform(7);
    for (let round = 0; round < 100; round++) {
      const rows = new PredictedRows();
      const list = Array.from({ length: 40 }, () => [
        Math.floor(next() * 6),
        Number(next() < 0.4),
        Math.floor(next() * (round % 2 ? 5 : 1000)),
      ]);
      for (const [user, label, score] of list) rows.add(user, label, score, score);
      const sample = Uint32Array.from({ length: 6 }, () => Math.floor(next() * 6));
      const auc = aucOf(rows, 6);
      for (const [users, found] of [
        [[0, 1, 2, 3, 4, 5], auc()],
        [[...sample], auc(sample)],
      ]) {
        const drawn = users.flatMap((user) => list.filter(([one]) => one === user));
        const [ones, zeros] = [1, 0].map((label) => drawn.filter((row) => row[1] === label));
        let pairs = 0;
        for (const [, , one] of ones)
          for (const [, , zero] of zeros) pairs += one > zero ? 1 : one === zero ? 0.5 : 0;
        const expected = pairs / (ones.length * zeros.length);
        if (Number.isNaN(expected)) assert.ok(Number.isNaN(found));
        else assertFigure(found, expected);
      }
    }
  });

  test("a rating of --positive or more is a click; without labels the threshold is asked", () => {
    const lines = linesOf(LABELS, (label) => (label ? 4.5 : 2));
    const path = data("rated.csv", `user,item,rating\n${lines.join("\n")}\n`);
    const { metrics, how } = evaluate`${sigmoid("a")} ${command(path)} --positive 4`;
    assertFigure(metrics.AUC, EXPECTED.AUC);
    assert.match(how, /a click is a rating of 4 or more$/);
    const file = sigmoid("p", { rating: { positive: 3 } });
    assertFigure(evaluate`${file} ${command(path)}`.metrics.AUC, EXPECTED.AUC);
    const message = assertFails("evaluate", sigmoid("a"), ...command(path));
    assert.match(
      message,
      /--positive: expected the lowest rating that is a click, .* from 2 to 4\.5/,
    );
    // Labels are labels, whatever threshold the file has for ratings.
    assertFigure(evaluate`${file} ${command(labelled())}`.metrics.AUC, EXPECTED.AUC);
  });

  test("each row counts, also of one user and item", () => {
    const path = data("twice.csv", "user,item,label\n0,5,1\n0,5,0\n0,1,0\n");
    const { metrics, rows, counts } = evaluate`${sigmoid("a")} ${command(path)}`;
    assert.deepEqual([metrics.AUC, rows.count, counts.repeated], [0.75, 3, 0]);
  });

  test("new users are encoded from the clicks among the training rows", () => {
    const symmetric = { shape: [6, 1], data: Float32Array.of(-3, -2, -1, 1, 2, 3) };
    const file = sigmoid("n", {}, { "gmf.item": symmetric });
    const known = data("known.csv", "user,item,label\nx,5,1\nx,0,0\ny,0,1\ny,5,0\n");
    const wanted = data("wanted.csv", "user,item,label\nx,4,1\nx,1,0\ny,1,1\ny,4,0\n");
    const options = words`--train ${known} --data ${known} --test ${wanted} --protocol clicks`;
    const { metrics, userSource, popularity } = evaluate`${file} ${options} --users history`;
    // x clicked a high row, y a low one. Popularity does not know any of these items.
    assert.deepEqual([metrics.AUC, userSource, popularity.AUC], [1, "history", 0.5]);
  });

  test("popularity is the share of clicks with one more row of the mean", () => {
    const known = data("p1.csv", "user,item,label\n0,5,1\n0,4,0\n1,4,0\n1,5,1\n2,5,0\n");
    const wanted = data("p2.csv", "user,item,label\n0,3,0\n0,2,1\n1,3,0\n1,2,1\n2,3,1\n2,4,0\n");
    const { popularity } = evaluate`${sigmoid("a")} --data ${known} --test ${wanted}
      --protocol clicks --metrics LogLoss`;
    // The mean is 2/5; items 2 and 3 have no rows, item 4 has two without a click.
    const loss = -(3 * Math.log(0.4) + 2 * Math.log(0.6) + Math.log(1 - 0.4 / 3)) / 6;
    assertFigure(popularity.LogLoss, loss);
  });

  test("a sample of the rows, where there is no test file", () => {
    const { rows, how } = evaluate`${sigmoid("a")} --data ${labelled()} --protocol clicks
      --test-share 0.5 --seed 3`;
    assert.ok(rows.count > 2 && rows.count < 14, rows.count);
    assert.match(how, /^50% of the rows, sampled; fair only if .*; a click is label 1$/);
  });

  test("an output that is no probability is refused by name, but for AUC alone", () => {
    const path = labelled();
    const message = assertFails("evaluate", model("i"), ...command(path));
    assert.match(message, /--metrics LogLoss: expected .* probabilities .* output "identity"/);
    assert.match(message, /--metrics AUC needs none/);
    const { metrics, calibration } = evaluate`${model("i")} ${command(path)} --metrics AUC`;
    assertFigure(metrics.AUC, EXPECTED.AUC);
    assert.equal(calibration, undefined);
  });

  for (const [title, text, message] of [
    ["clicks alone", "user,item,label\n0,1,1\n0,2,1\n", /rows without, found 2 rows, all with a/],
    ["no clicks", "user,item,label\n0,1,0\n0,2,0\n", /found 2 rows, none with a click/],
    ["no column of labels", "user,item\n0,1\n0,2\n", /expected a column of labels or ratings/],
  ])
    test(`${title} are refused`, () => {
      const path = data("wrong.csv", text);
      assert.match(assertFails("evaluate", sigmoid("a"), ...command(path)), message);
    });

  test("the report shows rows, clicks and the ends of predictions", () => {
    const { stdout } = cli`evaluate ${sigmoid("a")} ${command(labelled())}`;
    assert.match(
      stdout,
      /^16 rows, 7 of them clicks; predictions from 0\.0067 to 0\.9933 \(mean 0/m,
    );
    assert.match(stdout, /^AUC +0\.7222 /m);
  });
});

describe("what a protocol leaves out or decides is counted", () => {
  /** Asserts one count of the JSON, and its line in the report. */
  function assertCounted(options, expected, line) {
    const json = evaluate`${options}`;
    for (const [key, count] of Object.entries(expected))
      assert.equal(json.counts[key], count, `${key}: ${JSON.stringify(json.counts)}`);
    const { stdout } = pocketrec("evaluate", ...options);
    assert.match(stdout, line);
    return json;
  }
  const leaveOneOut = words`--protocol leave-one-out --sampled all`;

  test("repeated interactions, of which the last counts", () => {
    const path = data("r.csv", "user,item,time\n0,1,1\n0,5,2\n0,3,3\n0,1,4\n");
    const options = words`${model("a")} --data ${path} ${leaveOneOut} --at 1`;
    const line =
      /4 interactions; skipped: 1 repeated \(of one user with one item the last counts\)/;
    // Item 1 is the last one, and not in the input: it ranks behind 4 and 2.
    const { metrics } = assertCounted(options, { repeated: 1 }, line);
    assert.equal(metrics.MRR, 1 / 3);
  });

  test("users with one interaction", () => {
    const path = data("s.csv", "user,item,time\n0,1,1\n0,5,2\n1,3,1\n2,3,1\n");
    const options = words`${model("a")} --data ${path} ${leaveOneOut}`;
    const line = /^users with fewer than two interactions: not measured: 2$/m;
    assert.equal(assertCounted(options, { short: 2 }, line).users, 1);
    const strong = words`${sigmoid("b")} --data ${path} --protocol strong --held-out 1`;
    assertCounted(strong, { short: 2 }, line);
  });

  test("items that the model does not know, also where they are the last ones", () => {
    const path = data("u.csv", "user,item,time\n0,1,1\n0,5,2\n0,77,3\n1,2,1\n1,0,2\n");
    const options = words`${model("a")} --data ${path} ${leaveOneOut} --at 1`;
    const line = /last item the model does not know: the last known one is held out: 1$/m;
    const { metrics } = assertCounted(options, { unknown: 1, lastUnknown: 1 }, line);
    assert.equal(metrics["HR@1"], 1);
  });

  test("equal times at the end of a history, where the last line counts", () => {
    const path = data("t.csv", "user,item,time\n0,1,1\n0,2,9\n0,5,9\n1,2,3\n1,0,4\n");
    const options = words`${model("a")} --data ${path} ${leaveOneOut} --at 1`;
    const line = /several interactions at their last time: the last line is held out: 1$/m;
    const { metrics, how } = assertCounted(options, { tied: 1 }, line);
    assert.equal(metrics["HR@1"], 1);
    assert.match(how, /^each user's last interaction by time among/);
    const untimed = data("t2.csv", "user,item\n0,1\n0,5\n");
    const json = evaluate`${model("a")} --data ${untimed} ${leaveOneOut}`;
    assert.match(json.how, /^each user's last line among/);
  });

  test("users with several items in the test file, of which none is a sampled negative", () => {
    const known = data("v1.csv", "user,item\n0,0\n1,0\n");
    const held = data("v2.csv", "user,item\n0,5\n0,3\n1,2\n");
    const options = words`${model("a")} --data ${known} --test ${held} --protocol leave-one-out
      --sampled 3 --at 1`;
    const line = /several items in the test file: the last one is held out: 1$/m;
    // User 0: item 3 among 1, 2, 4 without 5: rank 2. User 1: item 2 among three of 1, 3, 4, 5.
    const { metrics, counts } = assertCounted(options, { several: 1 }, line);
    assert.equal(counts.fewer, 0);
    assert.ok(metrics.MRR <= (1 / 2 + 1 / 2) / 2 + 1e-12, metrics.MRR);
  });

  test("held-out items of the training interactions", () => {
    const known = data("w1.csv", "user,item,rating\n0,0,1\n0,5,5\n1,0,1\n");
    const held = data("w2.csv", "user,item,rating\n0,5,5\n0,4,4\n1,2,1\n");
    const files = words`${model("a")} --data ${known} --test ${held}`;
    assertCounted(
      words`${files} --protocol strong`,
      { seen: 1 },
      /items of the input: not counted as targets: 1$/m,
    );
    assertCounted(
      words`${files} --protocol rating`,
      { seen: 1 },
      /items of the training interactions: taken out of the input: 1$/m,
    );
  });

  test("users of the test file without a target, new users without training interactions", () => {
    const known = data("x1.csv", "user,item\n0,0\n0,5\n");
    const held = data("x2.csv", "user,item\n0,5\n1,4\n");
    const options = words`${sigmoid("b")} --data ${known} --test ${held} --protocol strong
      --users history`;
    const line = /nothing left to find: not measured: 1\n.*encoded from an empty history: 1$/ms;
    const users = data("x3.csv", "user,item\n0,0\n0,5\n2,3\n");
    const more = data("x4.csv", "user,item\n0,5\n1,4\n2,4\n");
    assertCounted(
      words`${sigmoid("b")} --data ${users} --test ${more} --protocol strong --users history`,
      { untargeted: 1, empty: 1 },
      line,
    );
    // Without any history there is nothing to encode.
    assert.match(assertFails("evaluate", ...options), /training interactions, to encode new users/);
  });

  test("fewer items to sample than asked for", () => {
    const path = data("y.csv", "user,item,time\n0,1,1\n0,5,2\n");
    const options = words`${model("a")} --data ${path} --protocol leave-one-out --at 1,10`;
    const line =
      /users with fewer items to sample: all of them are ranked: 1\n.*every target: 1$/ms;
    assertCounted(options, { fewer: 1, within: 1 }, line);
  });

  test("lists: unknown items, repetitions, lists without a known item", () => {
    const path = data("l.json", '{"0": [5, 5, 99, 4], "1": [98, 99]}');
    const options = words`${model("a")} --data ${path} --protocol lists`;
    const line =
      /without an item that the model knows: not measured: 1\n.*does not know: left out: 3/;
    const expected = { lines: 1, listUnknown: 3, listRepeated: 1 };
    const { metrics, users } = assertCounted(options, expected, line);
    assert.deepEqual([users, metrics.Overlap, metrics.Same], [1, 1, 1]);
  });

  test("negatives: unknown items and repetitions; other held-out items are refused", () => {
    const folder = at("negatives");
    mkdirSync(folder, { recursive: true });
    data("negatives/x.train.rating", "0\t0\t5\t1\n1\t5\t5\t1\n");
    data("negatives/x.test.rating", "0\t4\t5\t2\n1\t4\t5\t2\n");
    const negatives = data("negatives/x.test.negative", "(0,4)\t5\t5\t4\t1\t99\n(1,4)\t1\t2\t5\n");
    const options = words`${model("a")} --data ${folder} --protocol leave-one-out`;
    assertCounted(
      options,
      { listUnknown: 1, listRepeated: 2 },
      /or are the held-out item: .*: 2$/m,
    );
    data("negatives/x.test.negative", "(0,4)\t5\t1\n(0,4)\t2\n");
    assertCounted(options, { lineRepeats: 1 }, /several lines .* is measured as a user: 1$/m);
    data("negatives/x.test.negative", "(0,4)\t5\t1\n(1,3)\t1\t2\t5\n");
    const message = assertFails("evaluate", ...options);
    assert.match(message, /held-out items of the test file, found 1 of 2 lines .* of user 1/);
    assert.ok(message.includes(negatives), message);
  });

  test("--limit", () => {
    const path = data("z.csv", "user,item,time\n0,1,1\n0,5,2\n1,3,1\n1,2,2\n");
    const { how, users } = evaluate`${model("a")} --data ${path} ${leaveOneOut} --limit 1`;
    assert.equal(users, 1);
    assert.match(how, /; --limit: the first 1 of 2 users$/);
  });
});

describe("what the data leave open is asked", () => {
  const zeros = () =>
    data("zeros.csv", "user,item,rating\n0,1,0\n0,3,3\n0,5,4\n1,1,0\n1,2,2\n1,0,0\n");

  test("whether 0 is an interaction; each answer of the hint is taken", () => {
    const options = words`${model("a")} --data ${zeros()} --protocol leave-one-out --sampled all`;
    const message = assertFails("evaluate", ...options);
    assert.match(message, /0 or less may mean none, found 3 of 6 values of 0 or less/);
    assert.match(message, /--positive 0 counts them, --positive 2 leaves them out/);
    assert.equal(evaluate`${options} --positive 0`.counts.low, 0);
    assert.deepEqual(
      [evaluate`${options} --positive 2`].map(({ users, counts }) => [users, counts.low]),
      [[1, 3]],
    );
    const strong = words`${sigmoid("b")} --data ${zeros()} --protocol strong`;
    assert.match(assertFails("evaluate", ...strong), /--positive: expected the lowest value/);
    // The file knows.
    const file = model("k", { rating: { positive: 2 } });
    assert.equal(evaluate`${file} ${options.slice(1)}`.counts.low, 3);
  });

  test("whether 0, or -1 alone, is a rating; a scale in the file says it", () => {
    const path = zeros();
    const options = words`--data ${path} --test ${path} --protocol rating`;
    const message = assertFails("evaluate", model("a"), ...options);
    assert.match(message, /lowest value that is a rating, .*found 6 of 12 values of 0 or less/);
    assert.equal(evaluate`${model("a")} ${options} --positive 0`.rows.count, 6);
    assert.equal(evaluate`${model("a")} ${options} --positive 2`.rows.count, 3);
    const file = model("s", { rating: { minimum: 0, maximum: 5 } });
    assert.equal(evaluate`${file} ${options}`.rows.count, 6);
    const alone = data("alone.csv", "user,item,rating\n0,1,-1\n0,3,3\n1,2,8\n");
    assert.match(
      assertFails(
        "evaluate",
        model("a"),
        ...words`--data ${alone} --test ${alone} --protocol rating`,
      ),
      /whether a rating is missing, found 1 of -1, .* Pass --dialect missing=-1 /,
    );
    // A scale around 0 has many values below.
    const around = data("around.csv", "user,item,rating\n0,1,-1.5\n0,3,-3\n1,2,2\n");
    assert.equal(
      evaluate`${model("a")} --data ${around} --test ${around} --protocol rating`.rows.count,
      3,
    );
  });

  test("ratings on another scale than the file's; the advice is taken", () => {
    const file = model("s2", { rating: { minimum: 1, maximum: 5 } });
    const path = zeros();
    const options = words`--data ${path} --test ${path} --protocol rating`;
    const message = assertFails("evaluate", file, ...options);
    assert.match(
      message,
      /ratings from 1 to 5, the scale of the weights file, found ratings from 0/,
    );
    assert.match(message, /--positive 1 leaves out lower ratings/);
    assert.equal(evaluate`${file} ${options} --positive 1`.rows.count, 3);
    const high = data("high.csv", "user,item,rating\n0,1,1\n0,3,10\n1,2,8\n");
    assert.match(
      assertFails("evaluate", file, ...words`--data ${high} --test ${high} --protocol rating`),
      /found ratings from 1 to 10\. Bring the data to that scale, or convert with --rating/,
    );
    // The file's threshold for interactions is of its scale, too.
    const positive = model("s3", { rating: { minimum: 1, maximum: 5, positive: 4 } });
    const leave = words`--data ${high} --protocol leave-one-out --sampled all`;
    assert.match(assertFails("evaluate", positive, ...leave), /found ratings from 4 to 10/);
    assert.equal(evaluate`${positive} ${leave} --positive 1`.counts.low, 0);
  });

  test("probabilities are no ratings", () => {
    const path = data("stars.csv", "user,item,rating\n0,1,1\n0,3,5\n1,2,4\n");
    const options = words`--data ${path} --test ${path} --protocol rating`;
    const message = assertFails("evaluate", sigmoid("b"), ...options);
    assert.match(message, /predicts ratings from 1 to 5, found output "sigmoid", from 0 to 1/);
    const share = data("share.csv", "user,item,rating\n0,1,0.2\n0,3,0.9\n1,2,0.4\n");
    const { rows } = evaluate`${sigmoid("b")} --data ${share} --test ${share} --protocol rating`;
    assert.deepEqual([rows.targets.minimum, rows.targets.maximum], [0.2, 0.9]);
  });

  test("items that count from 1; both answers of the hint are taken", () => {
    const path = data("ones.csv", "user,item\n0,1\n0,6\n1,2\n1,3\n");
    const options = words`${model("a")} --data ${path} --protocol leave-one-out --sampled all`;
    const message = assertFails("evaluate", ...options);
    assert.match(
      message,
      /items by row, from 0 to 5, found items from 1 to 6, and no item 0\. .*--item-base 1/,
    );
    assert.equal(evaluate`${options} --item-base 1 --at 1`.metrics["HR@1"], 0.5);
    assert.equal(evaluate`${options} --item-base 0`.counts.unknown, 1);
    // Most interactions are known, but most items are not: these are ids.
    const ids = data("ids.csv", "user,item\n0,1\n0,0\n1,1\n1,0\n0,70\n0,80\n1,90\n");
    const byId = words`${model("a")} --data ${ids} --protocol leave-one-out --sampled all`;
    assert.match(
      assertFails("evaluate", ...byId),
      /found 3 of 5 items outside\. Convert with --items/,
    );
    assert.equal(evaluate`${byId} --item-base 0`.counts.unknown, 3);
    // Users 1 to 3 of three.
    const users = data("users1.csv", "user,item,time\n1,0,1\n1,5,2\n3,0,3\n3,4,4\n");
    const files = words`${model("a")} --data ${users} --protocol leave-one-out --sampled all`;
    assert.match(
      assertFails("evaluate", ...files),
      /found users from 1 to 3, and no user 0\..*base 1/,
    );
    assert.equal(evaluate`${files} --user-base 1`.users, 2);
    // Where the last number is missing, too, nearly all others must be there.
    const few = data("few.csv", "user,item,time\n0,1,1\n0,5,2\n");
    const few0 = words`${model("a")} --data ${few} --protocol leave-one-out --sampled all`;
    assert.match(
      cli`evaluate ${few0}`.stdout,
      /^the data have no item 0: item 1 is taken for row 1/m,
    );
    assert.equal(evaluate`${few0}`.cautions.length, 1);
    assert.equal(evaluate`${few0} --item-base 0`.cautions, undefined);
    const wide = { "gmf.item": { shape: [40, 1], data: new Float32Array(40) } };
    const lines = Array.from({ length: 30 }, (_, item) => `0,${item + 1}`).join("\n");
    const many = data("many.csv", `user,item\n${lines}\n`);
    const dense = words`${model("w", {}, wide)} --data ${many} --protocol leave-one-out`;
    assert.match(assertFails("evaluate", ...dense), /found items from 1 to 30, and no item 0/);
    assert.equal(evaluate`${dense} --item-base 0`.users, 1);
  });
});

test("--positive decides what new users are encoded from, whatever the file's threshold is", () => {
  const symmetric = { shape: [6, 1], data: Float32Array.of(-3, -2, -1, 1, 2, 3) };
  const info = { rating: { minimum: 1, maximum: 5, positive: 5 } };
  const file = sigmoid("q", info, { "gmf.item": symmetric });
  const path = data("q.csv", "user,item,rating,time\n0,5,3,1\n0,3,3,2\n0,4,3,3\n");
  const { metrics } = evaluate`${file} --data ${path} --protocol leave-one-out --sampled all
    --users history --positive 3 --at 1`;
  // From ratings of 3 below the file's threshold of 5 the user would be one of no interactions.
  assert.equal(metrics["HR@1"], 1);
});

test("predicted ratings are clipped where the file has clip", () => {
  const path = data("clip.csv", "user,item,rating\n0,5,3\n0,1,1\n1,2,1\n");
  const options = words`--data ${path} --test ${path} --protocol rating`;
  const rating = { minimum: 1, maximum: 3 };
  // Scores 5, 1, -2 for ratings 3, 1, 1.
  const plain = evaluate`${model("c1", { rating })} ${options}`;
  assertFigure(plain.metrics.RMSE, Math.sqrt((4 + 0 + 9) / 3));
  const clipped = evaluate`${model("c2", { rating, clip: true })} ${options}`;
  assert.equal(clipped.metrics.RMSE, 0);
  assert.deepEqual(clipped.rows.predictions, { minimum: 1, mean: 5 / 3, maximum: 3 });
});

test("assumptions of the conversion are in the first line, and in the JSON", () => {
  const path = data("as.csv", "user,item,time\n0,1,1\n0,5,2\n");
  const options = words`--data ${path} --protocol leave-one-out --sampled all`;
  const assumed = [{ subject: "output", value: "identity" }];
  const file = model("as", { assumed });
  const { stdout } = cli`evaluate ${file} ${options}`;
  const [line] = stdout.split("\n");
  assert.match(
    line,
    /as: leave-one-out; assumed: .*identity.*; not checked against the framework$/,
  );
  const json = evaluate`${file} ${options}`;
  assert.deepEqual(json.assumed, assumed);
  const checked = model("as2", { assumed: [{ ...assumed[0], checked: true }] });
  assert.match(cli`evaluate ${checked} ${options}`.stdout, /^[^\n]*; checked/);
  assert.doesNotMatch(cli`evaluate ${model("a")} ${options}`.stdout, /assumed|checked/);
});

describe("options that the protocol does not read are refused", () => {
  for (const [options, message] of [
    [
      "leave-one-out --held-out 0.5",
      /--held-out: expected --protocol strong or few, found --protocol leave/,
    ],
    ["leave-one-out --test-share 0.5", /--test-share: expected --protocol rating or clicks/],
    [
      "strong --sampled 10",
      /--sampled: expected --protocol leave-one-out, found --protocol strong/,
    ],
    ["rating --at 10", /--at: expected --protocol leave-one-out or strong or few/],
    ["strong --test TEST --fold-in 0.5", /--fold-in: expected no test file/],
    ["rating --test TEST --test-share 0.5", /--test-share: expected no test file/],
    ["lists --positive 3", /--positive: expected --train, whose interactions it selects/],
    ["clicks --metrics HR", /--metrics: expected AUC, LogLoss, Calibration, found HR/],
  ])
    test(options, () => {
      const path = train();
      const list = options.split(" ").map((word) => (word === "TEST" ? path : word));
      const command = words`${sigmoid("a")} --data ${path} --protocol ${list}`;
      assert.match(assertFails("evaluate", ...command), message);
    });
});

test("a user that the file does not have is refused before any is measured", () => {
  const path = data("rows.csv", "user,item,time\n0,1,1\n0,5,2\n7,3,1\n7,0,2\n");
  const options = words`${model("a")} --data ${path} --protocol leave-one-out --limit 1`;
  const message = assertFails("evaluate", ...options);
  assert.match(
    message,
    /7: expected a row of the 3 trained users, from 0, found 7\. .*--user-base 1/,
  );
  assert.match(assertFails("evaluate", ...options, "--user-base", "1"), /Pass --user-base 0/);
});

test("one user has no interval, and a metric is measured once", () => {
  const path = data("one.csv", "user,item,time\n0,1,1\n0,5,2\n");
  const { stdout } = cli`evaluate ${model("a")} --data ${path} --protocol leave-one-out
    --sampled all --metrics HR,HR --at 1,1`;
  assert.equal(stdout.match(/^HR@1 +1\.0000 +none: one user/gm).length, 1);
});

test("ratings of arrays that are no numbers are refused", () => {
  const array = (name, ...values) => ({
    name: `${name}.npy`,
    data: npy(
      "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }",
      new Uint8Array(Float64Array.from(values).buffer),
    ),
  });
  const arrays = [array("user", 0, 0, 1), array("item", 0, 1, 2), array("rating", 3, NaN, 4)];
  writeFileSync(at("nan.npz"), zip(arrays));
  const options = words`${model("a")} --data ${at("nan.npz")} --protocol rating`;
  assert.match(assertFails("evaluate", ...options), /expected ratings that are numbers, found NaN/);
});

test("scores that are no numbers are an error and no first rank", () => {
  const huge = { shape: [3, 1], data: Float32Array.of(3e38, 3e38, 3e38) };
  const file = model("h", {}, { "gmf.user": huge });
  const path = data("h.csv", "user,item,time\n0,1,1\n0,5,2\n");
  const options = words`--data ${path} --protocol leave-one-out --sampled all`;
  const message = assertFails("evaluate", file, ...options);
  assert.match(message, /score: expected a float32, found an overflow/);
});
