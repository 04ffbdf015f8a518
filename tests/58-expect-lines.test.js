// The forms of the lines of --expect, and lines that are refused by their number before anything is
// searched.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { assertRefused } from "./lib/assert-refused.js";
import { changed, expected, linesOf, padded, proved, tensorsOf } from "./lib/expect-models.js";

const content = ({ lines }) => lines.map(({ number, text, ...line }) => line);
const comma = (text) => text.replace(".", ",");

describe("forms that say the same", () => {
  const plain = content(expected(["user,item,score", "1,2,0.125", "3,4,-1.5e-3"]));
  for (const [what, lines] of Object.entries({
    "without a header": ["1,2,0.125", "3,4,-1.5e-3"],
    semicolons: ["user;item;score", "1;2;0.125", "3;4;-1.5e-3"],
    "semicolons and decimal commas": ["user;item;score", "1;2;0,125", "3;4;-1,5e-3"],
    "semicolons and decimal commas without a header": ["1;2;0,125", "3;4;-1,5e-3"],
    "tabs and decimal commas": ["1\t2\t0,125", "3\t4\t-1,5e-3"],
    "quoted decimal commas": ["user,item,score", '1,2,"0,125"', '"3",4,"-1,5e-3"'],
    "other names in another order": ["movieId,userId,prediction", "2,1,0.125", "4,3,-1.5e-3"],
    "blanks and empty lines": [" user , item , score ", "", "1 , 2 , 0.125", "3,4,-1.5e-3", ""],
    JSON: ['[{"user":1,"item":2,"score":0.125},{"user":"3","item":"4","score":"-1.5e-3"}]'],
    "JSON lists": ["[[1,2,0.125],[3,4,-0.0015]]"],
    "JSON lines": ['{"user":1,"item":2,"score":0.125}', '{"user":3,"item":4,"score":-0.0015}'],
  }))
    test(what, () => assert.deepEqual(content(expected(lines)), plain));

  const past = content(expected(["history,item,score", "3:4.5 17:2,5,0.5", "3:4.5 17:2,8,0.25"]));
  for (const [what, lines] of Object.entries({
    "histories without a header": ["3:4.5 17:2,5,0.5", "3:4.5 17:2,8,0.25"],
    "histories with decimal commas": [
      "history;item;score",
      "3:4,5 17:2;5;0,5",
      "3:4,5|17:2;8;0,25",
    ],
    "histories as quoted lists": [
      "history,item,score",
      '"[3:4.5, 17:2]",5,0.5',
      '"[3:4.5, 17:2]",8,0.25',
    ],
    "histories in JSON": [
      '[{"history":[[3,4.5],[17,2]],"item":5,"score":0.5},' +
        '{"history":[{"item":3,"rating":4.5},{"item":17,"rating":2}],"item":8,"score":0.25}]',
    ],
  }))
    test(what, () => assert.deepEqual(content(expected(lines)), past));
});

describe("refused by the line", () => {
  const neumf = linesOf("neumf");
  for (const [what, model, lines, message, options] of [
    ["unknown columns", "neumf", ["who,what,how", "1,2,3"], /line 1: expected user,item,score/],
    ["a column twice", "neumf", ["item,movie,score", "1,2,3"], /line 1: expected user,item,score/],
    ["a line with more fields", "neumf", ["1,2,3", "1,2,3,4"], /line 2: expected user,item,score/],
    [
      "a score in words",
      "neumf",
      ["1,2,3", "1,2,high"],
      /line 2: expected a score that is a number/,
    ],
    [
      "an item beyond the table",
      "neumf",
      [...neumf, "1,10,0.5"],
      /line 26, item: .* 0 to 9, found "10"\. Rows are counted from 0/,
    ],
    [
      "a user beyond the table",
      "neumf",
      [...neumf, "12,1,0.5"],
      /expect\.csv, line 26, user: .* 0 to 11/,
    ],
    [
      "a row that is no number",
      "neumf",
      [...neumf, "1,b17,0.5"],
      /line 26, item: .* found "b17"\. --items/,
    ],
    [
      "ids of another number",
      "neumf",
      neumf,
      /items: expected 10 ids, .* found 7\.$/,
      { ids: [1, 2, 3, 4, 5, 6, 7] },
    ],
    [
      "an id that is none",
      "neumf",
      neumf,
      /line \d+, item: expected one of the item ids, found/,
      { ids: "abcdefghij".split("") },
    ],
    [
      "a rating beyond the scale",
      "autorec",
      ["3:4 5:9,1,0.5"],
      /line 1: .* from 1 to 5 .* found 9/,
      { kind: "autorec-user", rating: { minimum: 1, maximum: 5 } },
    ],
    [
      "a history without ratings",
      "autorec",
      ["3 5,1,0.5"],
      /line 1: expected item:rating/,
      { kind: "autorec-user" },
    ],
    [
      "ratings for some of the history",
      "autorec",
      ["3:4 5,1,0.5"],
      /line 1: expected a rating for each/,
      { kind: "autorec-user" },
    ],
  ])
    test(what, () => {
      const code = what === "ids of another number" ? "bad-shape" : "bad-argument";
      return assertRefused(() => proved(model, lines, options), code, message);
    });

  test("one id fewer than rows: padding, and with it the ids are right", async () => {
    const ids = Array.from({ length: 10 }, (_, row) => `film ${row}`);
    const lines = changed(linesOf("neumf"), ([user, item, score]) => [user, `film ${item}`, score]);
    const model = padded(tensorsOf("neumf"), /item/);
    await assertRefused(proved(model, lines, { ids }), "bad-shape", /use --padding 1\.$/);
    const { proof } = await proved(model, lines, { ids, padding: 1, userPadding: 0 });
    assert.equal(proof.lineCount, 24);
  });
});

test("--rating with a lowest positive rating: others are no interactions", async () => {
  // PyTorch's CDAE of ones; the lines say ratings, of which those below 4 are no interactions.
  const rating = { minimum: 1, maximum: 5, positive: 4 };
  const lines = changed(linesOf("cdae"), ([user, history, item, score]) => [
    user,
    `${history
      .split("|")
      .map((row) => `${row}:5`)
      .join("|")}|${history.includes("7") ? "" : "7:2"}`,
    item,
    score,
  ]);
  const { finished } = await proved("cdae", lines, { rating });
  assert.equal(finished.file.description.activation, "tanh");
});

test("decimal commas lead to the same file", async () => {
  const lines = changed(linesOf("neumf"), (fields) => fields.map(comma)).map((line, k) =>
    k ? line.replace(/^(\d+),(\d+),/, "$1;$2;") : line.replaceAll(",", ";"),
  );
  const { proof } = await proved("neumf", lines);
  assert.equal(proof.lineCount, 24);
});
