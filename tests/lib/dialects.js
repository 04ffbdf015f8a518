// One table of interactions in many clothes: random tables, and writers of random dialects.
import { gzipSync } from "node:zlib";

import { uniform } from "./random.js";

/** Seconds since 1970 of 2001-09-09T01:46:40Z. */
const START = 1_000_000_000;
const DAY = 86_400;

/**
 * Interactions of a few users, each with other times, not in order of time.
 *
 * @param {number} seed
 * @param {{ users?: number, items?: number, each?: number }} [size]
 * @returns {{ user: string, item: string, rating: number, time: number }[]}
 */
export function madeUp(seed, { users = 8, items = 40, each = 6 } = {}) {
  const draw = uniform(seed);
  const shuffled = (length) =>
    Array.from({ length }, (_, n) => [draw(), n])
      .sort(([a], [b]) => a - b)
      .map(([, n]) => n);
  return Array.from({ length: users }, (_, user) => {
    const days = shuffled(each);
    return shuffled(items)
      .slice(0, each)
      .map((item, n) => ({
        user: String(user),
        item: String(item),
        rating: (1 + Math.floor(draw() * 10)) / 2,
        time: START + days[n] * DAY,
      }));
  }).flat();
}

/** Writers of times, each with the milliseconds that are read from it. */
export const TIMES = {
  seconds: (time) => String(time),
  "seconds as a fraction": (time) => `${time}.0`,
  milliseconds: (time) => String(time * 1000),
  iso: (time) => isoOf(time).replace(".000Z", "Z"),
  "iso without a zone": (time) => isoOf(time).slice(0, 19).replace("T", " "),
  days: (time) => isoOf(time).slice(0, 10),
  compact: (time) => isoOf(time).slice(0, 10).replaceAll("-", ""),
  "day first": (time) => partsOf(time).reverse().join("/"),
  "day first with points": (time) => partsOf(time).reverse().join("."),
  "month first": (time) => [partsOf(time)[1], partsOf(time)[2], partsOf(time)[0]].join("/"),
  amazon: (time) => `${partsOf(time)[1]} ${partsOf(time)[2]}, ${partsOf(time)[0]}`,
};

const isoOf = (time) => new Date(time * 1000).toISOString();
const partsOf = (time) => isoOf(time).slice(0, 10).split("-");

/** A field quoted as in RFC 4180. @param {string} field */
export const quoted = (field) => `"${field.replaceAll('"', '""')}"`;

/**
 * Rows as delimited text.
 *
 * @param {string[][]} rows
 * @param {{ delimiter?: string, end?: string, quote?: "all" | "some" | "none" }} [dialect]
 */
export function delimited(rows, { delimiter = ",", end = "\n", quote = "some" } = {}) {
  const needs = (field) =>
    quote === "all" ||
    (quote === "some" &&
      (field.includes(delimiter) || /["\r\n]/.test(field) || field !== field.trim()));
  const lines = rows.map((row) =>
    row.map((field) => (needs(field) ? quoted(field) : field)).join(delimiter),
  );
  return lines.join(end) + end;
}

/**
 * @param {string} text
 * @param {string} encoding "utf-8", "utf-8 with a mark", "utf-16le", "utf-16be", "latin1"
 * @param {boolean} [isPacked]
 */
export function encoded(text, encoding, isPacked = false) {
  const bytes = {
    "utf-8": () => Buffer.from(text),
    "utf-8 with a mark": () => Buffer.from(`\ufeff${text}`),
    "utf-16le": () => Buffer.from(`\ufeff${text}`, "utf16le"),
    "utf-16be": () => Buffer.from(`\ufeff${text}`, "utf16le").swap16(),
    latin1: () => Buffer.from(text, "latin1"),
  }[encoding]();
  return new Uint8Array(isPacked ? gzipSync(bytes) : bytes);
}

const pick = (draw, list) => list[Math.floor(draw() * list.length)];

const USERS = ["user", "userId", "user_id", "User-ID", "uid", "reviewerID", "visitorid", "member"];
const ITEMS = ["item", "movieId", "item_id", "ISBN", "asin", "Product ID", "song", "business_id"];
const RATINGS = ["rating", "Book-Rating", "stars", "overall", "score"];
const TIME_NAMES = ["timestamp", "date", "unixReviewTime", "created_at", "time", "ts"];
const TITLES = ["A film", 'He said "no"', "one, two", "a; b", "two\nlines", "x|y", "", "ü", "7"];

/**
 * A random table in a random dialect.
 *
 * @param {number} seed
 * @returns {{ bytes: Uint8Array, rows: ReturnType<typeof madeUp>, has: { rating: boolean, time:
 *   boolean }, about: string }}
 */
export function randomFile(seed) {
  const draw = uniform(seed);
  const chance = (share) => draw() < share;
  const start = pick(draw, ["", "", "u", "a b", "é"]);
  const nameOf = (n) => start + n;
  const itemOf = pick(draw, [
    (n) => n,
    (n) => n,
    (n) => `item_${n}`,
    (n) => `x, ${n}`,
    (n) => `"${n}"`,
  ]);
  const rows = madeUp(seed, {
    users: 2 + Math.floor(draw() * 12),
    each: 2 + Math.floor(draw() * 9),
  }).map((row) => ({ ...row, user: nameOf(row.user), item: itemOf(row.item) }));
  const has = { rating: chance(0.8), time: chance(0.8) };
  const form = pick(draw, Object.keys(TIMES));
  const comma = chance(0.15);
  const numberOf = (value) => (comma ? String(value).replace(".", ",") : String(value));
  const columns = [
    { name: pick(draw, USERS), of: ({ user }) => user },
    { name: pick(draw, ITEMS), of: ({ item }) => item },
    ...(has.rating ? [{ name: pick(draw, RATINGS), of: ({ rating }) => numberOf(rating) }] : []),
    ...(has.time ? [{ name: pick(draw, TIME_NAMES), of: ({ time }) => TIMES[form](time) }] : []),
  ];
  const header = chance(0.7);
  if (header && chance(0.4)) columns.push({ name: "title", of: () => pick(draw, TITLES) });
  if (header && chance(0.4)) columns.sort(() => draw() - 0.5);
  const body = rows.map((row) => columns.map(({ of }) => of(row)));
  if (header && chance(0.2)) {
    columns.unshift({ name: "", of: undefined });
    body.forEach((row, n) => row.unshift(String(n)));
  }
  const delimiter = pick(draw, [",", ",", "\t", ";", "|", "::", " "]);
  const quote = delimiter === "::" ? "none" : pick(draw, ["some", "some", "all"]);
  const end = pick(draw, ["\n", "\n", "\r\n", "\r"]);
  const all = header ? [columns.map(({ name }) => name), ...body] : body;
  let text = delimited(all, { delimiter, quote, end });
  if (chance(0.1)) text = `# made up${end}${text}`;
  if (chance(0.1)) text = text.replaceAll(end, `${end}${end}`);
  const encoding = pick(draw, [
    "utf-8",
    "utf-8",
    "utf-8 with a mark",
    "utf-16le",
    "utf-16be",
    "latin1",
  ]);
  const about = JSON.stringify({ delimiter, quote, end, header, form, comma, encoding });
  return {
    bytes: encoded(text, encoding, chance(0.2)),
    rows,
    has,
    about: `${about}\n${text.slice(0, 400)}`,
  };
}
