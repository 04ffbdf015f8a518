// How pocketrec evaluate reads data files: one table in the clothes of public data sets gives the
// same interactions, or an error whose advice, followed, gives them.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { describe, test } from "node:test";
import { gzipSync } from "node:zlib";

import { parseDialect } from "../cli/commands/reading-options.js";
import { readInteractions } from "../cli/evaluate/interactions.js";
import { readNegatives } from "../cli/evaluate/negatives.js";
import { parseColumns } from "../cli/evaluate/reading/columns.js";
import { assertRefused } from "./lib/assert-refused.js";
import { assertFails, pocketrec, temporaryFolder, words } from "./lib/command-line.js";
import { delimited, encoded, madeUp, quoted, randomFile, TIMES } from "./lib/dialects.js";
import { uniform } from "./lib/random.js";
import { fileOf } from "./lib/weights.js";

const at = temporaryFolder();
const bytesOf = (content) => (typeof content === "string" ? encoded(content, "utf-8") : content);

/** Options as the command line has them. */
function optionsOf({ columns, dialect, dates } = {}) {
  return {
    columns: columns && parseColumns(columns),
    dialect: dialect && parseDialect(dialect),
    dates,
  };
}

/** The interactions of a file as rows. Times are ranks: units differ between files. */
async function read(content, options = {}, path = "x.csv") {
  const data = await readInteractions(bytesOf(content), path, optionsOf(options));
  const { users, items, user, item, rating, time } = data;
  const ranks = time && ranksOf([...time]);
  return Array.from(user, (index, n) => [users[index], items[item[n]], rating?.[n], ranks?.[n]]);
}

/** The place of each number among the distinct ones. */
function ranksOf(numbers) {
  const sorted = [...new Set(numbers)].sort((a, b) => a - b);
  const places = new Map(sorted.map((number, place) => [number, place]));
  return numbers.map((number) => places.get(number));
}

const BASE = madeUp(5);
const RANKS = ranksOf(BASE.map(({ time }) => time));
const asRead = ({ user, item, rating }, n) => [user, item, rating, RANKS[n]];
const EXPECTED = BASE.map(asRead);
const FIELDS = BASE.map(({ user, item, rating, time }) => [
  user,
  item,
  String(rating),
  String(time),
]);
const HEADER = ["userId", "movieId", "rating", "timestamp"];
const PLAIN = delimited([HEADER, ...FIELDS]);
const rowsWith = (change) => FIELDS.map((row, n) => change([...row], n));
const withTimes = (form) => rowsWith(([u, i, r], n) => [u, i, r, TIMES[form](BASE[n].time)]);
const withTitle = (title, genres = "x") => [
  ["userId", "title", "genres", "movieId", "rating", "timestamp"],
  ...rowsWith(([user, ...rest]) => [user, title, genres, ...rest]),
];
const json = BASE.map(({ user, item, ...rest }) =>
  JSON.stringify({ user: Number(user), item: Number(item), ...rest }),
);
const comma = rowsWith(([u, i, r, t]) => [u, i, r.replace(".", ","), t]);

/** Clothes that say the same as PLAIN. @type {Record<string, string | Uint8Array>} */
const SAME = {
  "the plain form": PLAIN,
  "no header": delimited(FIELDS),
  CRLF: delimited([HEADER, ...FIELDS], { end: "\r\n" }),
  CR: delimited([HEADER, ...FIELDS], { end: "\r" }),
  "lines with CRLF and lines with LF": PLAIN.replace("\n", "\r\n"),
  "empty lines": PLAIN.replaceAll("\n", "\n\n"),
  "no end of the last line": PLAIN.trimEnd(),
  "a byte order mark": encoded(PLAIN, "utf-8 with a mark"),
  "UTF-16, little endian": encoded(PLAIN, "utf-16le"),
  "UTF-16, big endian": encoded(PLAIN, "utf-16be"),
  ".gz": encoded(PLAIN, "utf-8", true),
  ".gz of UTF-16": encoded(PLAIN, "utf-16le", true),
  "all fields quoted": delimited([HEADER, ...FIELDS], { quote: "all" }),
  tabs: delimited([HEADER, ...FIELDS], { delimiter: "\t" }),
  semicolons: delimited([HEADER, ...FIELDS], { delimiter: ";" }),
  bars: delimited([HEADER, ...FIELDS], { delimiter: "|" }),
  blanks: delimited([HEADER, ...FIELDS], { delimiter: " " }),
  "MovieLens' ::": delimited(FIELDS, { delimiter: "::" }),
  "blanks after commas": delimited([HEADER, ...FIELDS], { delimiter: ", " }),
  "quotes after blanks": delimited([HEADER, ...FIELDS], { delimiter: ", ", quote: "all" }),
  "blanks after tabs": delimited(FIELDS, { delimiter: "\t " }),
  "aligned columns": FIELDS.map((row) => row.map((f) => f.padStart(12)).join(" ")).join("\n"),
  "a blank at the end": FIELDS.map((row) => `${row.join(" ")} `).join("\n"),
  "a comma at the end": PLAIN.replaceAll("\n", ",\n"),
  "a row of commas at the end": `${PLAIN},,,\n`,
  "ids as 3.0": delimited([HEADER, ...rowsWith(([u, i, r, t]) => [`${u}.0`, `${i}.0`, r, t])]),
  "decimal commas": delimited([HEADER, ...comma], { delimiter: ";" }),
  "quoted decimal commas": delimited([HEADER, ...comma], { quote: "all" }),
  "pandas' index": delimited([["", ...HEADER], ...rowsWith((row, n) => [String(n), ...row])]),
  "R's row names": delimited([HEADER, ...rowsWith((row, n) => [String(n + 1), ...row])]),
  "RecBole's types": delimited(
    [["user_id:token", "item_id:token", "rating:float", "timestamp:float"], ...FIELDS],
    { delimiter: "\t" },
  ),
  "a comment with #": `# FromNodeId ToNodeId\n${delimited(FIELDS, { delimiter: "\t" })}`,
  "Excel's delimiter": `sep=;\n${delimited([HEADER, ...FIELDS], { delimiter: ";" })}`,
  KONECT: `% bip weighted\n% 48 8 40\n${delimited(FIELDS, { delimiter: " " })}`,
  "names in a comment, in another order": `# item user rating time\n${delimited(
    rowsWith(([u, i, r, t]) => [i, u, r, t]),
    { delimiter: " " },
  )}`,
  "JSON lines": json.join("\n"),
  "JSON lines with text": json.join("\n").replaceAll(/"(user|item)":(\d+)/g, '"$1":"$2"'),
  "a JSON list": `[${json.join(",\n")}]`,
  "a title with delimiters": delimited(withTitle("A, B; C", "a|b")),
  "a title with lines": delimited(withTitle("two\nlines")),
  "a title with quotes": delimited(withTitle('He said "x"'), { delimiter: "\t" }),
  "a title with quotes, unquoted": delimited(withTitle('"A" film'), {
    delimiter: "::",
    quote: "none",
  }),
  "another order": delimited([
    ["rating", "timestamp", "movieId", "userId"],
    ...rowsWith(([u, i, r, t]) => [r, t, i, u]),
  ]),
  "Amazon's two times": delimited([
    ["reviewerID", "asin", "overall", "reviewTime", "unixReviewTime"],
    ...rowsWith(([u, i, r, t], n) => [u, i, r, TIMES.amazon(BASE[n].time), t]),
  ]),
};

describe("one table in many clothes", () => {
  for (const [title, content] of Object.entries(SAME))
    test(title, async () => assert.deepEqual(await read(content), EXPECTED));

  for (const form of Object.keys(TIMES))
    test(`times: ${form}`, async () => {
      const text = delimited([HEADER, ...withTimes(form)]);
      assert.deepEqual(await read(text), EXPECTED);
    });

  for (const names of [
    "userId,item id,rating,unix_time|reviewerID,asin,overall,unixReviewTime",
    "uid,iid,rating,timestamp|user_id,recipe_id,rating,submitted|user,track_id,rating,timestamp",
    "u_id,i_id,rating,timestamp|UserId,ProductId,Rating,Timestamp|users,items,ratings,timestamps",
    "customer_id,article_id,rating,timestamp|person_id,content_id,rating,ts|user,song,rating,time",
    "userID,artistID,weight,timestamp|user_id,business_id,stars,date|user_id,gmap_id,rating,time",
    "user_id,parent_asin,rating,timestamp|user_id_idx,item_id_idx,rating,timestamp",
    "user_idx,movie_idx,rating,timestamp|visitorid,itemid,rating,event_time|User,Anime,Score,Date",
    "Customer ID,Product ID,Rating,Time|member,game,score,datetime|user_id,anime_id,rating,date",
    "user_id,restaurant_id,rating,timestamp|user_id,video_id,rating,timestamp",
  ].flatMap((line) => line.split("|")))
    test(`names: ${names}`, async () => {
      assert.deepEqual(await read(PLAIN.replace(HEADER.join(","), names)), EXPECTED);
    });

  test("a first line of data is not a header, whatever its words", async () => {
    const named = rowsWith(([u, i, r, t]) => [`user_${u}`, `item_${i}`, r, t]);
    const found = await read(delimited(named));
    assert.deepEqual(
      found,
      EXPECTED.map(([u, i, r, t]) => [`user_${u}`, `item_${i}`, r, t]),
    );
  });

  test("true and false are 1 and 0", async () => {
    const found = await read("user,item,liked\n1,2,True\n1,3,FALSE\n");
    assert.deepEqual(
      found.map(([, , rating]) => rating),
      [1, 0],
    );
  });

  test("lists of a user's items", async () => {
    const lists = "0 5 4 3\n1 9 8\n2 7 6 5 4\n";
    const expected = ["05", "04", "03", "19", "18", "27", "26", "25", "24"];
    const written = (form) =>
      lists.replaceAll(/^(\d) (.*)$/gm, (_, user, items) =>
        form(user, items.replaceAll(" ", ", ")),
      );
    for (const text of [
      lists,
      lists.replaceAll(" ", "\t"),
      lists.replaceAll(" ", ","),
      written((user, items) => `${user}: ${items}`),
      written((user, items) => `User ${user}: [${items}]`),
      `user_id,items\n${written((user, items) => `${user},"[${items}]"`)}`,
    ])
      assert.deepEqual(
        (await read(text)).map(([u, i]) => u + i),
        expected,
        text,
      );
  });
});

describe("what is unclear is asked, and the advice leads to the right interactions", () => {
  const pairs = EXPECTED.map(([u, i]) => [u, i, undefined, undefined]);
  const CASES = {
    "a time by an unknown name": [
      PLAIN.replace("timestamp", "moment"),
      /column moment is the time, .*--columns time=moment, or time=none/,
      { columns: "time=moment" },
      EXPECTED,
    ],
    "a time that is none": [
      PLAIN.replace("timestamp", "moment"),
      /--columns time=moment, or time=none/,
      { columns: "time=none" },
      EXPECTED.map(([u, i, r]) => [u, i, r, undefined]),
    ],
    "a rating by an unknown name": [
      PLAIN.replace("rating", "verdict"),
      /column verdict is the rating, .*--columns rating=verdict/,
      { columns: "rating=verdict" },
      EXPECTED,
    ],
    "a user and an item by unknown names": [
      PLAIN.replace("userId,movieId", "who,what"),
      /a column of users and one of items, .*--columns user=NAME,item=NAME/,
      { columns: "user=who,item=what" },
      EXPECTED,
    ],
    "two columns of items": [
      delimited([
        ["user", "movie", "item", "rating", "time"],
        ...rowsWith(([u, ...rest], n) => [u, `m${n}`, ...rest]),
      ]),
      /one column of items, found "movie, item"\. .*item=movie or item=item/,
      { columns: "item=item" },
      EXPECTED,
    ],
    "five columns without a header": [
      delimited(rowsWith((row, n) => [String(n), ...row])),
      /a header, or lines of a user, .*--columns user=1,item=2,rating=3,time=4/,
      { columns: "user=2,item=3,rating=4,time=5" },
      EXPECTED,
    ],
    "the item first, by numbers": [
      delimited(rowsWith(([u, i, r, t]) => [i, u, t, r])),
      /a header, or lines of a user, an item, a rating and a time/,
      { columns: "user=2,item=1,rating=4,time=3" },
      EXPECTED,
    ],
    "a date and a time of the day": [
      FIELDS.map(
        ([u, i, r], n) => `${u} ${i} ${r} ${TIMES["iso without a zone"](BASE[n].time)}`,
      ).join("\n"),
      /a header, or lines of a user/,
      { columns: "user=1,item=2,rating=3,time=4+5" },
      EXPECTED,
    ],
    "dates with the day or the month first": [
      delimited([HEADER, ...rowsWith(([u, i, r], n) => [u, i, r, `0${RANKS[n] + 1}/02/2001`])]),
      /dates that show whether the day is first, .*--dates dmy .* --dates mdy/,
      { dates: "dmy" },
      EXPECTED,
    ],
    "thousands or decimals": [
      delimited([HEADER, ...rowsWith(([u, i, r, t]) => [u, i, `${Number(r) * 2},000`, t])], {
        quote: "all",
      }),
      /a comma before three digits.*--dialect decimal=comma, or decimal=point/,
      { dialect: "decimal=comma" },
      EXPECTED.map(([u, i, r, t]) => [u, i, r * 2, t]),
    ],
    "numbers of columns as a header": [
      `0,1,2,3\n${delimited(FIELDS)}`,
      /names of columns or an interaction, .*--dialect header=yes or header=no/,
      { dialect: "header=yes", columns: "user=0,item=1,rating=2,time=3" },
      EXPECTED,
    ],
    "ratings that are missing": [
      PLAIN.replace(/^((?:.*\n){4}\d+,\d+,)[\d.]+/, "$1"),
      /line 5: expected a rating that is a number, .*--columns rating=none/,
      { columns: "rating=none" },
      EXPECTED.map(([u, i, , t]) => [u, i, undefined, t]),
    ],
    "quotes that are characters": [
      delimited(withTitle('"A" film'), { delimiter: "\t", quote: "none" }),
      /quotes as in RFC 4180, .*--dialect quotes=no/,
      { dialect: "quotes=no" },
      EXPECTED,
    ],
    "UTF-16 without a mark": [
      encoded(PLAIN, "utf-16le").subarray(2),
      /bytes that are 0\. .*--dialect encoding=utf-16le/,
      { dialect: "encoding=utf-16le" },
      EXPECTED,
    ],
    "lists or ratings": [
      "0 5 4\n1 9 8\n2 7 6\n",
      /whether these are ratings or lists of items, .*lines=rows .*lines=lists/,
      { dialect: "lines=lists" },
      ["05", "04", "19", "18", "27", "26"].map(([u, i]) => [u, i, undefined, undefined]),
    ],
    "blanks and tabs": [
      FIELDS.map(([u, i, r, t]) => `${u} \t${i}  ${r}\t${t}`).join("\n"),
      /with one delimiter, .*--dialect delimiter=NAME/,
      { dialect: "delimiter=blanks" },
      EXPECTED,
    ],
    "another delimiter": [
      delimited(
        rowsWith(([u, i]) => [u, i]),
        { delimiter: "^" },
      ),
      /with one delimiter, .*--dialect delimiter=NAME/,
      { dialect: "delimiter=^" },
      pairs,
    ],
  };
  for (const [title, [content, message, options, expected]] of Object.entries(CASES))
    test(title, async () => {
      await assertRefused(read(content), "bad-argument", message);
      assert.deepEqual(await read(content, options), expected);
    });

  for (const [title, content, message] of [
    [
      "a row with one field more",
      PLAIN.replace("\n", "\n0,1,2,3,4\n"),
      /line 2: expected 4 fields/,
    ],
    [
      "the header again",
      `${PLAIN}${PLAIN}`,
      /line 50: expected an interaction, .*the header again/,
    ],
    ["no interactions", `${HEADER.join(",")}\n`, /expected interactions, found a header alone/],
    ["an empty file", "", /expected interactions, found an empty file/],
    ["comments alone", "# a\n# b\n", /found comments alone/],
    [
      "both orders of dates",
      delimited([HEADER, ["0", "1", "2", "13/02/2001"], ["0", "2", "2", "02/13/2001"]]),
      /dates of one order/,
    ],
    [
      "numbers and dates",
      delimited([HEADER, ["0", "1", "2", "13/02/2001"], ["0", "2", "2", "1000000000"]]),
      /as in the lines before/,
    ],
    [
      "seconds and milliseconds",
      delimited([HEADER, ["0", "1", "2", "1000000000"], ["0", "2", "2", "1000000000000"]]),
      /times in seconds since 1970/,
    ],
    [
      "days last without separators",
      delimited([HEADER, ["0", "1", "2", "17092001"], ["0", "2", "2", "01102001"]]),
      /such as 17092001, the year last/,
    ],
    [
      "ids that lost digits",
      delimited([HEADER, ["0", "1.23457e+06", "2", "1"], ["0", "2", "2", "2"]]),
      /ids with all digits/,
    ],
    ["numbers of JSON above 2^53", '{"user":12345678901234567,"item":2}\n', /below 2\^53, or text/],
    ["a Python literal", "{'user': 1, 'item': 2}\n", /Python literal: write it with json\.dumps/],
    [
      "a key that comes late",
      `${'{"user":1,"item":2}\n'.repeat(1001)}{"user":1,"item":3,"rating":4}\n`,
      /line 1002: .*keys of the lines before/,
    ],
    ["counts before items", "3 5 4 3\n2 9 8\n4 7 6 5 4\n", /start with the number of their items/],
    [
      "a hexadecimal rating",
      PLAIN.replace(/,[\d.]+,(\d+\n)/, ",0x2,$1"),
      /a rating that is a number, found "0x2"/,
    ],
    ["Netflix' blocks", "1:\n7,3,2005-09-06\n8,5,2005-05-13\n", /Write the item of each block/],
    ["words as times", PLAIN.replace(/\d+\n/, "item 30\n"), /a time that is a number or a date/],
  ])
    test(`refused: ${title}`, () => assertRefused(read(content), "bad-argument", message));

  test("--columns and --dialect refuse what they do not know", () => {
    for (const text of ["who=1", "user", "user=none", "user=1,user=2", "rating="])
      assert.throws(() => parseColumns(text), /--columns: expected user=COLUMN/);
    for (const text of [
      "delimiter=",
      "header=maybe",
      "quotes",
      "x=1",
      "lines=both",
      "header=no,header=no",
    ])
      assert.throws(() => parseDialect(text), /--dialect: expected/);
  });
});

describe("files from strangers", () => {
  for (const [name, magic] of Object.entries({
    "a .zip archive": [0x50, 0x4b, 3, 4],
    "a Parquet file": [0x50, 0x41, 0x52, 0x31],
    "a pickle": [0x80, 4, 1],
    "a numpy array": [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59],
  }))
    test(`${name} is named`, () =>
      assertRefused(read(Uint8Array.from([...magic, 1, 2])), "bad-argument", new RegExp(name)));

  test("a bomb, and a .gz that is cut, are refused", async () => {
    const bomb = new Uint8Array(gzipSync(new Uint8Array(100_000_000)));
    await assertRefused(read(bomb), "bad-argument", /more than \d+ bytes in it/);
    const cut = encoded(PLAIN, "utf-8", true).subarray(0, 200);
    await assertRefused(read(cut), "bad-argument", /one that is cut or broken/);
  });

  test("a quote that never closes", () =>
    assertRefused(read(PLAIN.replace("\n0,", '\n"0,')), "bad-argument", /x\.csv/));

  test("random bytes, and flipped bytes, end in one error or in interactions", async () => {
    const next = uniform(3);
    let errors = 0;
    for (let round = 0; round < 300; round++) {
      const bytes = encoded(PLAIN, "utf-8", round % 3 === 0);
      const flips = round % 2 ? bytes.length : 4;
      for (let flip = 0; flip < flips; flip++)
        bytes[Math.floor(next() * bytes.length)] = next() * 256;
      await read(bytes).catch((error) => {
        assert.equal(error.name, "PocketrecError", error.stack);
        errors++;
      });
    }
    assert.ok(errors > 200, `${errors} errors`);
  });

  test("names such as __proto__ are names", async () => {
    const found = await read("user,item\n__proto__,constructor\ntoString,__proto__\n");
    assert.deepEqual(
      found.map(([u, i]) => [u, i]),
      [
        ["__proto__", "constructor"],
        ["toString", "__proto__"],
      ],
    );
  });
});

test("random tables in random dialects read back the same, or are refused", async () => {
  let same = 0;
  const reasons = new Map();
  const rounds = 1500;
  for (let seed = 1; seed <= rounds; seed++) {
    const { bytes, rows, has, about } = randomFile(seed);
    const ranks = ranksOf(rows.map(({ time }) => time));
    const expected = rows.map(({ user, item, rating }, n) => [
      user,
      item,
      has.rating ? rating : undefined,
      has.time ? ranks[n] : undefined,
    ]);
    try {
      assert.deepEqual(await read(bytes), expected, about);
      same++;
    } catch (error) {
      if (error.name !== "PocketrecError") throw error;
      const reason = error.message.replace(/x\.csv(, line \d+)?/, "").slice(0, 60);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  const refused = [...reasons].sort((a, b) => b[1] - a[1]).map(([reason, n]) => `${n} ${reason}`);
  console.log(`${same} of ${rounds} read back the same; refused:\n${refused.join("\n")}`);
  assert.ok(same > 0.7 * rounds, `${same} of ${rounds}`);
});

describe("negatives", () => {
  test("with blanks, commas, quotes and fractions", () => {
    const expected = [{ user: "1", item: "102", negatives: ["5", "6"] }];
    for (const text of [
      "(1, 102)\t5\t6\n",
      "( 1 ,102 ) 5 6 \n",
      "(1,102),5,6",
      '"(1, 102)"\t5.0\t6.0\r\n',
    ])
      assert.deepEqual(readNegatives(bytesOf(text), "x"), expected, text);
  });

  test("an empty file is refused", () =>
    assertRefused(
      () => readNegatives(bytesOf("\n"), "x"),
      "bad-argument",
      /lines of \(user,item\)/,
    ));
});

describe("the command line", () => {
  /** A GMF whose scores rise with the row for user 0 and fall for user 1. */
  function model() {
    const tensor = (shape, ...data) => ({ shape, data: Float32Array.from(data) });
    const tensors = {
      "gmf.item": tensor([6, 1], 0, 1, 2, 3, 4, 5),
      "gmf.user": tensor([2, 1], 1, -1),
      "output.weight": tensor([1, 1], 1),
    };
    const info = { format: 1, kind: "gmf", output: "identity" };
    writeFileSync(at("model"), new Uint8Array(fileOf({ tensors, info })));
    return at("model");
  }
  const write = (name, text) => {
    writeFileSync(at(name), text);
    return at(name);
  };
  const evaluate = (...template) => {
    const { status, stdout, stderr } = pocketrec(
      "evaluate",
      model(),
      ...words(...template),
      "--json",
    );
    assert.equal(status, 0, stderr);
    return JSON.parse(stdout);
  };
  const valueOf = ({ metrics }, name) => metrics.find(({ metric }) => metric === name).value;

  test("--train and --test need no --data; a folder's val.csv is named as not read", () => {
    mkdirSync(at("split"), { recursive: true });
    const train = write("split/train.csv", "user,item\n0,0\n0,1\n1,5\n1,4\n");
    const held = write("split/test.csv", "user,item\n0,5\n1,0\n");
    const validation = write("split/val.csv", "user,item\n0,2\n1,3\n");
    const files = evaluate`--train ${train} --test ${held} --protocol strong --users stored`;
    const folder = evaluate`--data ${at("split")} --protocol strong --users stored`;
    assert.deepEqual([valueOf(files, "MRR"), valueOf(folder, "MRR")], [1, 1]);
    assert.deepEqual([files.unread, folder.unread], [undefined, [validation]]);
  });

  test("a file of negatives alone says who is held out", () => {
    const path = write("x.negative", "(0, 4)\t5\t1\n(1, 1)\t0\t2\n");
    const found = evaluate`--negatives ${path} --protocol leave-one-out --at 1,2`;
    assert.deepEqual([valueOf(found, "HR@1"), valueOf(found, "HR@2")], [0, 1]);
    const [{ first }] = found.read;
    assert.deepEqual(first, { user: "0", item: "4" });
  });

  test("--columns reaches the reader, and the first lines say what was read", () => {
    const path = write(
      "odd.csv",
      "who,what,moment\n0,5,1000000300\n0,1,1000000100\n1,0,1000000900\n1,3,1000000000\n",
    );
    const protocol = words`--data ${path} --protocol leave-one-out --sampled all --at 1`;
    assert.match(assertFails("evaluate", model(), ...protocol), /--columns user=NAME,item=NAME/);
    const columns = ["--columns", "user=who,item=what,time=moment"];
    assert.equal(valueOf(evaluate`${protocol} ${columns}`, "HR@1"), 1);
    const { stdout } = pocketrec("evaluate", model(), ...protocol, ...columns);
    assert.match(stdout, /read .*odd\.csv: fields between ",", with a header, utf-8\n/);
    assert.match(stdout, / {2}user = who, item = what, time = moment; no rating\n/);
    assert.match(
      stdout,
      / {2}times are seconds since 1970\n {2}4 interactions, first: user 0, item 5,/,
    );
  });

  test("no data at all", () => {
    const line = assertFails("evaluate", model(), ...words`--protocol strong`);
    assert.match(line, /--data: expected a file or a folder, found none\. Pass --data, or --train/);
  });
});

test("a file of many chunks reads as its lines do", async () => {
  const rows = madeUp(9, { users: 1500, items: 200, each: 12 });
  const names = ["userId", "title", "movieId", "rating", "timestamp"];
  const titles = ["é", 'two\nlines, "quoted"', "plain", '"'];
  const fields = rows.map(({ user, item, rating, time }, n) => [
    ...[user, titles[n % 4], item, String(rating), String(time)],
  ]);
  const expected = rows.map(({ user, item, rating }) => [user, item, rating]);
  const short = async (content) => (await read(content)).map((row) => row.slice(0, 3));
  for (const end of ["\n", "\r\n"])
    for (const encoding of ["utf-8", "utf-16le", "latin1"]) {
      const text = delimited([names, ...fields], { end });
      assert.deepEqual(await short(encoded(text, encoding)), expected, `${end} ${encoding}`);
    }
  const list = JSON.stringify(rows.map(({ user, item, rating }) => ({ user, item, rating })));
  assert.deepEqual(await short(list), expected);
  assert.deepEqual(await short(list.slice(1, -1).replaceAll("},{", "}\n{")), expected);
  await assertRefused(
    read(`${delimited([names, ...fields])}7,x,8,bad,9\n`),
    "bad-argument",
    new RegExp(`line ${2 + rows.length + rows.length / 4}: expected a rating that is a number`),
  );
});

test("a quoted field is written as it is read", async () => {
  const item = 'a "b", c\nd';
  assert.deepEqual(await read(`user,item\n1,${quoted(item)}\n`), [
    ["1", item, undefined, undefined],
  ]);
});
