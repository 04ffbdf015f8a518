// One data set in the forms of public ones: whatever the form, `evaluate` gives the figures that
// are computed here from its rows.
import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { before, test } from "node:test";
import { gzipSync } from "node:zlib";

import { assertFails, pocketrec, temporaryFolder, writeForeign } from "./lib/command-line.js";
import { normal, sampleRows } from "./lib/random.js";

const USERS = 24;
const ITEMS = 40;
const WIDTH = 5;
const EACH = 10;
const DAY = 86_400;
const START = 1_000_000_000;
const LEAVE_ONE_OUT = "--protocol leave-one-out --sampled all --at 5,10 --metrics HR,AUC".split(
  " ",
);
const STRONG = "--protocol strong --at 5 --metrics HR,Recall --users stored".split(" ");

const at = temporaryFolder();
const next = normal(11);
const user = randomTable(USERS);
const item = randomTable(ITEMS);
const rows = interactions();

function randomTable(count) {
  return { shape: [count, WIDTH], data: Float32Array.from({ length: count * WIDTH }, next) };
}

/** Of each user, with times that differ and are in no order. */
function interactions() {
  return Array.from({ length: USERS }, (_, row) => {
    const items = sampleRows(EACH, ITEMS, 100 + row);
    const days = sampleRows(EACH, EACH, 200 + row);
    const stars = sampleRows(EACH, EACH, 300 + row);
    return Array.from(items, (itemRow, k) => ({
      user: row,
      item: itemRow,
      rating: (stars[k] + 1) / 2,
      time: START + DAY * days[k],
    }));
  }).flat();
}

const scoreOf = (u, i) =>
  Array.from(
    { length: WIDTH },
    (_, k) => user.data[u * WIDTH + k] * item.data[i * WIDTH + k],
  ).reduce((sum, value) => sum + value, 0);

/** The items of a user's ranking: all without those that are excluded, the best first. */
const ranking = (u, excluded) =>
  Array.from({ length: ITEMS }, (_, i) => i)
    .filter((i) => !excluded.has(i))
    .sort((a, b) => scoreOf(u, b) - scoreOf(u, a));

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @returns {{ row: number, own: typeof rows }[]} */
function byUser(list) {
  const found = new Map();
  for (const row of list) found.set(row.user, [...(found.get(row.user) ?? []), row]);
  return [...found].map(([row, own]) => ({ row, own }));
}

/** HR@5, HR@10 and AUC, the last interaction of each user held out. */
function leaveOneOut(list) {
  const ranks = byUser(list).map(({ row, own }) => {
    const [last, ...others] = own.toSorted((a, b) => b.time - a.time);
    const places = ranking(row, new Set(others.map(({ item: i }) => i)));
    return { rank: places.indexOf(last.item) + 1, count: places.length };
  });
  return [
    mean(ranks.map(({ rank }) => Number(rank <= 5))),
    mean(ranks.map(({ rank }) => Number(rank <= 10))),
    mean(ranks.map(({ rank, count }) => (count - rank) / (count - 1))),
  ];
}

/** HR@5 and Recall@5 of a user's targets in the catalogue without the input. */
function strong(train, tests) {
  const inputs = new Map(byUser(train).map(({ row, own }) => [row, own.map((r) => r.item)]));
  const found = byUser(tests).map(({ row, own }) => {
    const best = new Set(ranking(row, new Set(inputs.get(row))).slice(0, 5));
    const hits = own.filter((r) => best.has(r.item)).length;
    return [Number(hits > 0), hits / Math.min(5, own.length)];
  });
  return [0, 1].map((k) => mean(found.map((pair) => pair[k])));
}

before(() => {
  const tables = { "user_embedding.weight": user, "item_embedding.weight": item };
  writeForeign(at("tables"), tables);
  writeFileSync(at("ids.txt"), Array.from({ length: ITEMS }, (_, i) => `item_${i}`).join("\n"));
  for (const [name, options] of [
    ["rows", []],
    ["ids", ["--items", at("ids.txt")]],
  ]) {
    const words = ["--keep-users", "--output-function", "sigmoid", "-o", at(name), ...options];
    const { status, stderr } = pocketrec("convert", at("tables"), ...words);
    assert.equal(status, 0, stderr);
  }
});

/** Lines of these columns. */
const lines = (separator, list = rows, cells = plain) =>
  list.map((row) => cells(row).join(separator)).join("\n") + "\n";
const plain = (r) => [r.user, r.item, r.rating, r.time];
const csv = (header, cells = plain, list = rows) => `${header}\n${lines(",", list, cells)}`;

const HEADER = "userId,movieId,rating,timestamp";
const pad = (number) => String(number).padStart(2, "0");
const dayOf = ({ time }) => {
  const date = new Date(time * 1000);
  return { y: date.getUTCFullYear(), m: pad(date.getUTCMonth() + 1), d: pad(date.getUTCDate()) };
};
const when = (format) => csv(HEADER, (r) => [r.user, r.item, r.rating, format(dayOf(r), r)]);
const fraction = (r) => [`${r.user}.0`, `${r.item}.0`, r.rating, r.time];
const RECBOLE = "user_id:token\titem_id:token\trating:float\ttimestamp:float";
const iso = (r) => new Date(r.time * 1000).toISOString();
const quoted = (r) => plain(r).map((cell) => `"${cell}"`);
const named = (r) => [r.user, `item_${r.item}`, r.rating, r.time];
const TITLED = "userId,title,movieId,rating,timestamp";
const titled = (title) => (r) => [r.user, title, r.item, r.rating, r.time];
const comma = (r) => [r.user, r.item, String(r.rating).replace(".", ","), r.time];

/** [what, file name, content, options] of the same interactions. */
const FORMS = [
  ["as MovieLens has it", "base.csv", csv(HEADER)],
  ["blank lines", "blank.csv", csv(HEADER).replaceAll("\n", "\n\n")],
  ["a byte order mark and CRLF", "bom.csv", `\ufeff${csv(HEADER).replaceAll("\n", "\r\n")}`],
  ["lines that end in CR", "cr.csv", csv(HEADER).replaceAll("\n", "\r")],
  ["UTF-16", "utf16.csv", Buffer.from(`\ufeff${csv(HEADER)}`, "utf16le")],
  ["compressed", "x.csv.gz", gzipSync(csv(HEADER))],
  ["quoted fields", "quoted.csv", csv('"userId","movieId","rating","timestamp"', quoted)],
  ["semicolons", "semicolon.csv", `${HEADER.replaceAll(",", ";")}\n${lines(";")}`],
  ["decimal commas", "comma.csv", `${HEADER.replaceAll(",", ";")}\n${lines(";", rows, comma)}`],
  ["blanks behind commas", "blanks.csv", csv(HEADER).replaceAll(",", ", ")],
  ["a comma behind the last field", "last.csv", csv(HEADER).replaceAll("\n", ",\n")],
  ["an index column", "index.csv", csv(`,${HEADER}`, (r) => [7, ...plain(r)])],
  ["MovieLens' ratings.dat", "ratings.dat", lines("::")],
  ["MovieLens' u.data", "u.data", lines("\t")],
  ["tabs and blanks", "blanks.data", lines("\t ")],
  ["aligned columns", "aligned.txt", lines("   ").replace(/^/gm, "  ").trimEnd() + "\n"],
  ["RecBole's", "x.inter", `${RECBOLE}\n${lines("\t")}`],
  ["comment lines", "hash.txt", `# a comment\n${lines("\t")}`],
  ["KONECT's", "out.konect", `% bip weighted\n% 240 24 40\n${lines(" ")}`],
  ["JSON lines", "x.jsonl", rows.map((row) => JSON.stringify(row)).join("\n")],
  ["a title with commas", "title.csv", csv(TITLED, titled('"A, B"'))],
  ["a title of two lines", "two.csv", csv(TITLED, titled('"two\nlines"'))],
  ["a title with tabs and quotes", "tab.csv", csv(TITLED, titled('"a\tb ""c"""'))],
  ["genres with semicolons", "genres.csv", csv(TITLED, titled("Drama;War"))],
  ["ids with a fraction", "float.csv", csv(HEADER, fraction)],
  ["days", "iso.csv", when(({ y, m, d }) => `${y}-${m}-${d}`)],
  ["days and times", "times.csv", when((_, r) => iso(r).slice(0, 19).replace("T", " "))],
  ["ISO 8601", "z.csv", when((_, r) => iso(r))],
  ["month, day, year", "mdy.csv", when(({ y, m, d }) => `${m}/${d}/${y}`)],
  ["Amazon's dates", "amazon.csv", when(({ y, m, d }) => `"${m} ${d}, ${y}"`)],
  ["items by name", "named.csv", csv(HEADER, named)],
  ["items by name, no header", "noheader.csv", lines(",", rows, named)],
];

/** Headers of public data sets. */
const HEADERS = [
  "Customer ID,Product ID,Rating,Time",
  "UserId,ProductId,Rating,Timestamp",
  "customer_id,article_id,rating,timestamp",
  "person_id,content_id,rating,ts",
  "reviewerID,asin,overall,unixReviewTime",
  "u_id,i_id,rating,timestamp",
  "uid,iid,rating,timestamp",
  "userID,artistID,weight,timestamp",
  "userID,itemID,rating,timestamp",
  "userId,item id,rating,unix_time",
  "user_id,anime_id,rating,datetime",
  "user_id,business_id,stars,date",
  "user_id,game_id,rating,created_at",
  "user_id,gmap_id,rating,time",
  "user_id_idx,item_id_idx,rating,timestamp",
  "user_id,item_id,rating,event_time",
  "user_id,parent_asin,rating,timestamp",
  "user_id,recipe_id,rating,date",
  "user_id,restaurant_id,rating,timestamp",
  "user_id,track_id,rating,timestamp",
  "user_id,video_id,rating,timestamp",
  "user_idx,movie_idx,rating,timestamp",
  "user,item,rating,timestamp",
  "user,song,rating,timestamp",
  "users,items,ratings,timestamps",
  "visitorid,itemid,rating,timestamp",
];

for (const [what, name, content, options = []] of FORMS)
  test(what, () => {
    writeFileSync(at(name), content);
    const model = /item_\d/.test(String(content).slice(0, 200)) ? "ids" : "rows";
    const words = ["--data", at(name), ...LEAVE_ONE_OUT, ...options];
    assertFigures(figuresOf(model, words), leaveOneOut(rows));
  });

for (const [k, header] of HEADERS.entries())
  test(`the header ${header}`, () => {
    writeFileSync(at(`header-${k}.csv`), csv(header));
    const words = ["--data", at(`header-${k}.csv`), ...LEAVE_ONE_OUT];
    assertFigures(figuresOf("rows", words), leaveOneOut(rows));
  });

const LIKED = rows.filter(({ rating }) => rating >= 4);

/** [what, columns, cells, options]: interactions with ratings of 4 or more. */
const POSITIVE = [
  ["--positive", HEADER, plain, ["--positive", "4"]],
  [
    "--positive of a column overall",
    "user_id,item_id,overall,timestamp",
    plain,
    ["--positive", "4"],
  ],
  [
    "labels of 0 and 1",
    "user_id,item_id,label,timestamp",
    (r) => [r.user, r.item, Number(r.rating >= 4), r.time],
    ["--positive", "1"],
  ],
];

for (const [k, [what, header, cells, options]] of POSITIVE.entries())
  test(what, () => {
    writeFileSync(at(`positive-${k}.csv`), csv(header, cells));
    const words = ["--data", at(`positive-${k}.csv`), ...LEAVE_ONE_OUT, ...options];
    assertFigures(figuresOf("rows", words), leaveOneOut(LIKED));
  });

const isTest = (_, k) => k % EACH < 3;
const TRAIN = rows.filter((row, k) => !isTest(row, k));
const TEST = rows.filter(isTest);
const pairs = (list) => csv("user,item", (r) => [r.user, r.item], list);
const lists = (list) =>
  byUser(list)
    .map(({ row, own }) => `${[row, ...own.map((r) => r.item)].join(" ")}\n`)
    .join("");

/** Lists of three items look like a user, an item, a rating and a time. */
const AS_LISTS = ["--dialect", "lines=lists"];

/** [what, ending of the files, their content, whether a folder is named, options] */
const DIVIDED = [
  ["train and test", "csv", pairs, false, []],
  ["a folder of train and test", "csv", pairs, true, []],
  ["adjacency lists", "txt", lists, false, AS_LISTS],
  ["a folder of adjacency lists", "txt", lists, true, AS_LISTS],
];

for (const [k, [what, ending, text, isFolder, options]] of DIVIDED.entries())
  test(what, () => {
    const folder = at(`divided-${k}`);
    mkdirSync(folder);
    const [train, tests] = ["train", "test"].map((name) => `${folder}/${name}.${ending}`);
    writeFileSync(train, text(TRAIN));
    writeFileSync(tests, text(TEST));
    const data = isFolder ? ["--data", folder] : ["--train", train, "--test", tests];
    assertFigures(figuresOf("rows", [...data, ...options, ...STRONG]), strong(TRAIN, TEST));
  });

test("lists that look like rows are asked about", () => {
  writeFileSync(at("asked-train.txt"), lists(TRAIN));
  writeFileSync(at("asked-test.txt"), lists(TEST));
  const data = ["--train", at("asked-train.txt"), "--test", at("asked-test.txt")];
  assert.match(assertFails("evaluate", at("rows"), ...data, ...STRONG), /--dialect .*lines=lists/);
});

function figuresOf(model, options) {
  const { status, stdout, stderr } = pocketrec("evaluate", at(model), ...options, "--json");
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout).metrics.map(({ value }) => value);
}

function assertFigures(found, expected) {
  assert.equal(found.length, expected.length);
  for (const [k, value] of expected.entries())
    assert.ok(Math.abs(found[k] - value) < 1e-9, `${found} instead of ${expected}`);
}
