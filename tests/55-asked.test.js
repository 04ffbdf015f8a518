// What a data file leaves open is asked or said in the first lines: ratings that stand for none,
// comments among the data, the order of columns without names, files beside those that are read.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";

import { parseDialect } from "../cli/commands/reading-options.js";
import { readingLines } from "../cli/commands/reading-report.js";
import { findPaths } from "../cli/evaluate/files.js";
import { readInteractions } from "../cli/evaluate/interactions.js";
import { NameIndex } from "../cli/evaluate/name-index.js";
import { parseColumns } from "../cli/evaluate/reading/columns.js";
import { assertRefused } from "./lib/assert-refused.js";
import { temporaryFolder } from "./lib/command-line.js";
import { npy } from "./lib/torch-writer.js";
import { zip } from "./lib/zip-writer.js";

const at = temporaryFolder();

const read = (content, { dialect, columns } = {}, path = "x.csv") =>
  readInteractions(typeof content === "string" ? Buffer.from(content) : content, path, {
    dialect: dialect && parseDialect(dialect),
    columns: columns && parseColumns(columns),
  });

/** A table of ratings, ten a user. */
const table = (ratings) =>
  ["user,item,rating", ...ratings.map((rating, n) => `${n % 3},${n},${rating}`)].join("\n");
const JESTER = ["-7.82", "8.79", "99", "-9.66", "99", "3.2", "0", "4.1"];
const ANIME = [8, -1, 10, 6, 7, -1, 9, 8];

describe("a number that stands for no rating is asked", () => {
  for (const [name, ratings, number, count] of [
    ["Jester's 99", JESTER, 99, 2],
    ["MyAnimeList's -1", ANIME, -1, 2],
    ["-9999", [1, 2, 5, -9999], -9999, 1],
  ])
    test(name, async () => {
      const error = await assertRefused(() => read(table(ratings)), "bad-argument", /missing/);
      assert.match(error.found, new RegExp(`${count} of ${number},`));
      const { rating, item, user, reading } = await read(table(ratings), {
        dialect: `missing=${number}`,
      });
      const kept = ratings.map(Number).filter((value) => value !== number);
      assert.deepEqual([...rating], kept);
      assert.deepEqual([item.length, user.length], [kept.length, kept.length]);
      assert.equal(reading.interactions, kept.length);
      assert.ok(reading.notes.includes(`${count} without a rating (${number}) left out`));
      const all = await read(table(ratings), { dialect: "missing=none" });
      assert.deepEqual([...all.rating], ratings.map(Number));
      assert.equal((await read(table(ratings), { columns: "rating=none" })).rating, undefined);
    });

  test("also of numpy's arrays", async () => {
    const header = "{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }";
    const array = (...values) => npy(header, new Uint8Array(Float64Array.from(values).buffer));
    const arrays = { user: array(0, 1, 2), item: array(0, 1, 2), rating: array(4, 99, 3) };
    const file = zip(Object.entries(arrays).map(([name, data]) => ({ name: `${name}.npy`, data })));
    await assertRefused(() => read(file, {}, "x.npz"), "bad-argument", /missing=99/);
  });

  test("not numbers of a scale", async () => {
    for (const ratings of [
      [1, -1, 1, -1],
      [0, 1, -1],
      [99, 100, 45, 12],
      [-2, -1, 1, 2],
      [1, 2, 3],
    ])
      assert.equal((await read(table(ratings))).rating.length, ratings.length);
  });

  test("where there is no other, that is said", async () => {
    const missing = { dialect: "missing=99" };
    await assertRefused(() => read(table([99, 99]), missing), "bad-argument", /99 in all 2 lines/);
  });
});

describe("a line that starts with # behind the first ones", () => {
  for (const line of ["# made by hand", "#,3,4"])
    test(`"${line}" is asked`, async () => {
      const text = `1,2,4.5\n2,3,4\n${line}\n3,2,1\n`;
      await assertRefused(() => read(text), "bad-argument", /line 3.*--dialect comment=#/);
      assert.equal((await read(text, { dialect: "comment=#" })).user.length, 3);
    });

  test("is data where that is said", async () => {
    const text = "a,b,4.5\nc,d,4\n#tag,b,1\n";
    const { users } = await read(text, { dialect: "comment=none" });
    assert.deepEqual(users, ["a", "c", "#tag"]);
  });

  test("is a comment where the first lines have some", async () => {
    assert.equal((await read("# one\n1,2,4.5\n# two\n2,2,4\n")).user.length, 2);
  });
});

describe("the first lines of the output", () => {
  test("say that the user is taken as the first column, and what says otherwise", async () => {
    const { reading } = await read("1,2,4.5\n2,3,4\n");
    const lines = readingLines({ readings: [reading], unread: [] }).join("\n");
    assert.match(lines, /the user is taken as the first of a line.*--columns user=2,item=1/);
    for (const [text, options] of [
      ["user,item\n1,2\n", {}],
      ["1,2,4.5\n2,3,4\n", { columns: "user=2,item=1" }],
    ])
      assert.deepEqual((await read(text, options)).reading.notes, []);
  });

  test("name the files of a folder that are not read, and what becomes of validation", async () => {
    const folder = at("folder");
    mkdirSync(folder);
    const names = ["ratings.csv", "ratings_backup.csv", "movies.csv", "notes.md"];
    for (const name of names) writeFileSync(join(folder, name), "user,item\n1,2\n");
    const paths = await findPaths({ data: folder, protocol: "strong" });
    assert.equal(paths.all, join(folder, "ratings.csv"));
    assert.deepEqual(
      paths.unread,
      ["movies.csv", "ratings_backup.csv"].map((name) => join(folder, name)),
    );
    const [line] = readingLines({ readings: [], unread: ["split/valid.csv"] });
    assert.match(line, /validation: neither history nor test; --test FILE measures on it/);
    const many = Array.from({ length: 20 }, (_, n) => `${n}.csv`);
    const lines = readingLines({ readings: [], unread: many });
    assert.deepEqual([lines.length, lines.at(-1)], [9, "not read: 12 more files"]);
  });
});

describe("advice that is copied", () => {
  for (const [header, hint] of [
    ["Artikel,Nutzer,Bewertung,Zeit", "user=NAME,item=NAME"],
    ["film,nota,utente,giorno", "user=NAME,item=film"],
    ["film,Nutzer,rating,timestamp", "user=Nutzer,item=film"],
  ])
    test(`names a column of ${header} only where no other is left`, async () => {
      const message = new RegExp(`Name them: --columns ${hint}\\.$`);
      await assertRefused(read(`${header}\n1,2,4.5,9\n`), "bad-argument", message);
    });
});

test("times in the place of users or items are asked about", async () => {
  for (const row of ["1000691200,30,2.5,0", "0,1000691200,2.5,30"]) {
    const lines = `${row}\n`.repeat(3);
    await assertRefused(read(lines), "bad-argument", /Say which columns they are by number/);
    await read(lines, { columns: "user=2,item=4,time=1,rating=3" });
  }
  const { reading } = await read("1000691200,30,2.5,1000691300\n");
  assert.equal(reading.columns.user, "column 1");
});

test("names that are numbers are told apart by their text", () => {
  const index = new NameIndex();
  const names = [
    "7",
    "07",
    "0",
    "00",
    "",
    "-1",
    "4194303",
    "4194304",
    "99999999",
    "1e3",
    "7",
    "07",
  ];
  assert.deepEqual(
    names.map((name) => index.indexOf(name)),
    [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1],
  );
  assert.deepEqual(index.names, names.slice(0, 10));
});
