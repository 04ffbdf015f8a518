/**
 * The ratings that the page works with: the visitor's own, which this browser stores, or borrowed
 * ones (a preset, or those of a link that somebody sent), which the address holds and nothing
 * stores. Own ratings stay as they are while others are borrowed.
 */
import { computed, signal } from "@preact/signals";
import { parameter, write } from "./address.js";
import { PRESETS } from "./presets.js";
import { Ratings } from "./ratings.js";

/** The name of borrowed ratings in the address. */
export const RATINGS = "r";
const MOST = 200; // ratings in an address

/** @typedef {[id: number, stars: number]} Rating */

/** Whether films are in the catalogue. */
let isFilm = (_id) => true;

const own = signal({ ratings: /** @type {Ratings | null} */ (null), turn: 0 });

const inAddress = computed(() => parameter(RATINGS));

/** The ratings in the address; null without any, and where none of them can be read. */
const borrowed = computed(() => {
  const text = inAddress.value;
  if (text === null) return null;
  const found = parse(text);
  return found.length > 0 || text === "" ? found : null;
});

/** The current ratings, the latest last. @type {{ value: Rating[] }} */
export const ratings = computed(() => borrowed.value ?? own.value.ratings?.entries() ?? []);

/** Whether the current ratings are borrowed. */
export const isBorrowed = computed(() => borrowed.value !== null);

/** The name of the preset in use, unchanged; or undefined. */
export const presetInUse = computed(
  () => isBorrowed.value && PRESETS.find((preset) => isSame(preset.ratings, ratings.value))?.name,
);

/** How many ratings the visitor has stored, whatever is borrowed. */
export const ownCount = computed(() => own.value.ratings?.size ?? 0);

/** False where this browser blocks storage: own ratings then end with the page. */
export const areKept = computed(() => own.value.ratings?.areKept ?? true);

/** When the visitor last rated, in ms since 1970; null: not in this visit. */
export const ratedAt = signal(/** @type {number | null} */ (null));

/** The stored ratings with their ledger, as JSON of the package. */
export const exportOwn = () => own.value.ratings.export();

/** Adds stored ratings of `exportOwn`. @param {string} text */
export async function importOwn(text) {
  await own.peek().ratings.import(text);
  changed();
}

/** The ledger of private queries, for `privateQuery`. */
export const ledger = () => own.peek().ratings.ledger;

/**
 * Opens the stored ratings.
 * @param {(id: number) => boolean} isKnown whether the catalogue has a film
 */
export async function openVisitor(isKnown) {
  isFilm = isKnown;
  changed(await Ratings.open(isKnown, () => changed()));
}

/** @param {number} id @param {number} stars 1 to 5 */
export function rate(id, stars) {
  ratedAt.value = Date.now();
  if (isBorrowed.value) return borrow([...without(id), [id, stars]]);
  const done = own.peek().ratings.set(id, stars);
  changed();
  return done;
}

/** @param {number} id */
export function unrate(id) {
  ratedAt.value = Date.now();
  if (isBorrowed.value) return borrow(without(id));
  const done = own.peek().ratings.remove(id);
  changed();
  return done;
}

/**
 * Works with other ratings, which the address then holds.
 * @param {Rating[]} others
 */
export function borrow(others) {
  write(RATINGS, written(others));
}

/** Ratings as an address holds them. @param {Rating[]} ratings */
export const written = (ratings) => ratings.map(([id, stars]) => `${id}:${stars}`).join(",");

/** Back to the visitor's own ratings. */
export function useOwn() {
  write(RATINGS, null);
}

/** Stores the borrowed ratings as the visitor's own, in place of those before. */
export async function keepBorrowed() {
  const done = own.peek().ratings.replace(ratings.peek());
  changed();
  useOwn();
  await done;
}

/** Erases the stored ratings and ends the borrowing. */
export async function forgetRatings() {
  ratedAt.value = null;
  useOwn();
  const done = own.peek().ratings.clear();
  changed();
  await done;
}

function changed(ratings = own.peek().ratings) {
  own.value = { ratings, turn: own.peek().turn + 1 };
}

const without = (id) => ratings.peek().filter(([other]) => other !== id);

const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other);

/** An address may say anything: known films with 1 to 5 whole stars are accepted, each once. */
function parse(text) {
  const found = new Map();
  for (const entry of text.split(",").slice(0, MOST)) {
    const [, id, stars] = entry.match(/^(\d{1,9}):([1-5])$/) ?? [];
    if (!id || !isFilm(Number(id))) continue;
    found.delete(Number(id)); // rated again: the latest last
    found.set(Number(id), Number(stars));
  }
  return [...found];
}
