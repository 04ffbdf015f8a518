// pocketrec evaluate --protocol few: short histories, the baselines beside the model, and the order
// of histories for models of sequences.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { baselinesOf } from "../cli/train/baselines.js";
import { newCounts } from "../cli/evaluate/counts.js";
import { pairedDifferences } from "../cli/evaluate/few.js";
import { assertOrder, readsOrder } from "../cli/evaluate/order.js";
import { leaveOneOut, shortHistories, strongGeneralisation } from "../cli/evaluate/protocols.js";
import { assertFails, cli, pocketrec, words } from "./lib/command-line.js";
import { assertFigure, evaluationFiles } from "./lib/evaluate.js";
import { uniform } from "./lib/random.js";

const { model, data } = evaluationFiles();
const events = (...rows) => rows.map((row) => ({ row }));
const rowsOf = (list) => list.map(({ row }) => row);

describe("short histories", () => {
  const rated = [5, 1, 4, 5, 2, 4, 5, 3].map((rating, row) => ({ row, rating }));
  const draw = (more) =>
    shortHistories({
      histories: new Map([["a", rated]]),
      shots: [1, 3],
      draws: 4,
      liked: 4,
      spare: 1,
      seed: 5,
      ...more,
    });

  test("are liked items in the order of the history; all other items are to be found", () => {
    const cases = draw();
    assert.equal(cases.length, 8);
    for (const { shots, history, targets } of cases) {
      assert.equal(history.length, shots);
      assert.ok(history.every(({ rating }) => rating >= 4));
      assert.deepEqual(
        rowsOf(history),
        rowsOf(history).toSorted((a, b) => a - b),
      );
      assert.deepEqual(
        [...rowsOf(history), ...rowsOf(targets)].toSorted((a, b) => a - b),
        [0, 1, 2, 3, 4, 5, 6, 7],
      );
    }
  });

  test("of more items hold those of fewer in a draw; draws differ; the seed decides", () => {
    const cases = draw();
    for (let at = 0; at < 8; at += 2) {
      const [one, three] = cases.slice(at, at + 2).map(({ history }) => rowsOf(history));
      assert.ok(three.includes(one[0]));
    }
    const threes = (list) =>
      list.filter(({ shots }) => shots === 3).map(({ history }) => rowsOf(history).join());
    assert.ok(new Set(threes(cases)).size > 1);
    assert.deepEqual(threes(draw()), threes(cases));
    assert.notDeepEqual(threes(draw({ seed: 6 })), threes(cases));
  });

  test("leave liked items to find, and something to find at all", () => {
    assert.deepEqual(
      [...new Set(draw({ shots: [1, 4, 5, 6], spare: 1 }).map(({ shots }) => shots))],
      [1, 4],
    );
    const all = new Map([["a", events(0, 1, 2)]]);
    const none = draw({ histories: all, shots: [2, 3], liked: -Infinity, spare: 0, draws: 1 });
    assert.deepEqual(
      none.map(({ shots }) => shots),
      [2],
    );
  });

  test("keep repeated events of sequences together, and find an item once", () => {
    const histories = new Map([["a", events(0, 1, 0, 2, 1)]]);
    for (const { history, targets } of draw({ histories, shots: [1], liked: 0, spare: 0 })) {
      const [row] = rowsOf(history);
      assert.equal(history.length, [2, 2, 1][row]);
      assert.deepEqual(new Set([row, ...rowsOf(targets)]), new Set([0, 1, 2]));
      assert.equal(targets.length, 2);
    }
  });
});

describe("orders of histories", () => {
  test("leave-one-out of a sequence keeps earlier events of the held-out item, and says so", () => {
    const train = new Map([
      ["a", events(3, 1, 3)],
      ["b", events(0, 2)],
    ]);
    const counts = newCounts();
    const options = { train, sampled: "all", itemCount: 4, seed: 1 };
    const ordered = leaveOneOut({ ...options, isOrdered: true }, counts);
    assert.deepEqual(
      ordered.map(({ history }) => rowsOf(history)),
      [[3, 1], [0]],
    );
    assert.equal(counts.again, 1);
    const [first] = leaveOneOut(options, newCounts());
    assert.deepEqual(rowsOf(first.history), [1]);
  });

  test("strong generalisation keeps the order, and no target is in the input", () => {
    const all = new Map([["a", events(4, 1, 4, 0, 2, 1, 3)]]);
    const [{ history, targets }] = strongGeneralisation(
      { all, heldOut: 1, foldIn: 0.6, seed: 2 },
      newCounts(),
    );
    const rows = new Set(rowsOf(history));
    assert.equal(rows.size, 3);
    assert.deepEqual(
      rowsOf(history),
      [4, 1, 4, 0, 2, 1, 3].filter((row) => rows.has(row)),
    );
    assert.ok(rowsOf(targets).every((row) => !rows.has(row)));
    assert.equal(targets.length, 2);
  });

  test("a sequence model needs times, or lines that are said to be in order", () => {
    assert.deepEqual(
      ["sasrec", "gru4rec", "gmf"].map((kind) => readsOrder({ kind })),
      [true, true, false],
    );
    const files = { all: { path: "a.csv", time: undefined } };
    assert.throws(() => assertOrder(files, {}), {
      code: "bad-argument",
      message: /a\.csv: expected a column of times.*--in-order/s,
    });
    assertOrder(files, { inOrder: true });
    assertOrder({ all: { path: "a.csv", time: Float64Array.of(1) } }, {});
  });
});

describe("baselines", () => {
  const histories = (...lists) => new Map(lists.map((rows, user) => [`${user}`, events(...rows)]));
  const scoreOf = ({ baselines }, name, history, row) =>
    baselines
      .find((one) => one.name.startsWith(name))
      .scorer.score("", events(...history), Uint32Array.of(row), true)[0];

  test("EASE: each item is a ridge regression on the other items", async () => {
    const [items, lambda, next] = [7, 3, uniform(3)];
    const users = Array.from({ length: 30 }, () =>
      [...Array(items).keys()].filter(() => next() < 0.5),
    );
    const baselines = await baselinesOf(histories(...users), items, { lambda });
    for (let item = 0; item < items; item++)
      for (let other = 0; other < items; other++) {
        if (other === item) continue;
        // The gradient of |X_item - X b|^2 + lambda |b|^2 is 0; the score of one item is its b.
        const without = (user) => user.filter((row) => row !== item);
        let gradient = lambda * scoreOf(baselines, "EASE", [other], item);
        for (const user of users.filter((rows) => rows.includes(other)))
          gradient += scoreOf(baselines, "EASE", without(user), item) - Number(user.includes(item));
        assertFigure(gradient, 0, 1e-9);
      }
  });

  test("ItemKNN: summed cosines with the items of the history", async () => {
    const users = histories([0, 1], [0, 1, 2], [0, 3], [4]);
    const baselines = await baselinesOf(users, 5, { lambda: 1 });
    assertFigure(scoreOf(baselines, "ItemKNN", [0], 1), 2 / Math.sqrt(6), 1e-7);
    const sum = 1 / Math.sqrt(3) + 1 / Math.sqrt(2);
    assertFigure(scoreOf(baselines, "ItemKNN", [0, 1, 4, 0], 2), sum, 1e-7);
    assert.equal(scoreOf(baselines, "popularity", [0], 1), 2);
  });

  test("EASE is left out of a large catalogue, and that is said", async () => {
    const users = histories([0, 1], [1, 2]);
    const { baselines, left } = await baselinesOf(users, 4, { lambda: 1, easeItems: 3 });
    assert.deepEqual(
      [baselines.map(({ name }) => name), left],
      [["popularity", "ItemKNN 50"], ["EASE is left out: more than 3 items."]],
    );
  });

  test("differences are paired: a constant one has an interval of no length", () => {
    const columns = (add) => [Float64Array.of(0.1 + add, 0.9 + add, 0.4 + add)];
    const [{ value, low, high }] = pairedDifferences(
      { columns: columns(0.125), seed: 1 },
      { columns: columns(0), seed: 1 },
    );
    for (const figure of [value, low, high]) assertFigure(figure, 0.125);
  });
});

describe("pocketrec evaluate --protocol few", () => {
  // Items 0 to 5 at -3 to 3: whoever liked some of the high ones gets the high ones first.
  const symmetric = { shape: [6, 1], data: Float32Array.of(-3, -2, -1, 1, 2, 3) };
  const file = model("few", {}, { "gmf.item": symmetric });
  const some = "user,item,rating\nx,5,5\nx,4,5\nx,3,4\nx,0,1\ny,0,5\ny,1,4\ny,2,4\ny,5,2\n";
  const measured = data("some.csv", some);
  const others = data("others.csv", "user,item\nq,0\nq,1\nr,0\nr,1\ns,0\ns,2\nt,4\n");
  const command = (more = "") => {
    const list = more.split(" ").filter(Boolean);
    return words`${file} --data ${measured} --protocol few --liked 4 --spare 1 ${list}`;
  };
  const run = (...options) => {
    const { status, stdout, stderr } = pocketrec("evaluate", ...options, "--json");
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  };

  test("gives the figures for each number of items, and the baselines beside them", () => {
    const options = words`--train ${others} --shots 1,2,3 --metrics Recall,HR --at 2`;
    const { shots, users, how } = run(...command("--draws 5"), ...options);
    assert.equal(users, 2);
    assert.match(
      how,
      /^all users of the data; input: 1, 2, 3 items rated 4 or more, drawn 5 times/,
    );
    assert.deepEqual(
      shots.map((one) => [one.shots, one.users]),
      [
        [1, 2],
        [2, 2],
      ],
    );
    // One of three is given: the two others are the first two. Of two given one of two is.
    assert.deepEqual(
      shots.map(({ metrics }) => metrics.map(({ metric, value }) => [metric, value])),
      [
        [
          ["Recall@2", 1],
          ["HR@2", 1],
        ],
        [
          ["Recall@2", 0.5],
          ["HR@2", 1],
        ],
      ],
    );
    const names = shots[0].baselines.map(({ name }) => name);
    assert.deepEqual(names, ["popularity", "ItemKNN 50", "EASE 1000"]);
    for (const { baselines, metrics } of shots)
      for (const { metrics: theirs, above } of baselines)
        above.forEach(({ value, low, high }, at) => {
          assertFigure(value, metrics[at].value - theirs[at].value);
          assert.ok(low <= value && value <= high);
        });
  });

  test("samples the users of one file, and says whom that is fair for", () => {
    const { users, how } = run(...command("--held-out 0.5"));
    assert.equal(users, 1);
    assert.match(how, /^50% of the users, fair only if the model was not trained on them/);
  });

  test("prints a table", () => {
    const { stdout } = cli`evaluate ${command()} --train ${others} --shots 1`;
    assert.match(stdout, /^given +users +metric +value +95% interval +popularity +model above it/m);
    assert.match(stdout, /^ +1 +2 +Recall@20 +1\.0000 /m);
  });

  test("Recall@20 and NDCG@100 unless others are asked for", () => {
    const [{ metrics }] = run(...command("--shots 1")).shots;
    assert.deepEqual(
      metrics.map(({ metric }) => metric),
      ["Recall@20", "NDCG@100"],
    );
  });

  test("refuses what would be another question", () => {
    const fails = (...options) => assertFails("evaluate", ...options);
    assert.match(fails(...command("--train"), measured), /user x in both files/);
    const unsaid = words`${file} --data ${measured} --protocol few`;
    assert.match(fails(...unsaid), /--liked: expected the lowest rating of an item that a user/);
    assert.match(fails(...command("--spare 9")), /users with enough liked items/);
    const strong = words`${file} --data ${measured} --protocol strong --shots 1`;
    assert.match(fails(...strong), /--shots: expected --protocol few/);
    assert.match(
      fails(...command("--held-out 0.5 --train"), others),
      /--held-out: expected no tra/,
    );
  });
});
