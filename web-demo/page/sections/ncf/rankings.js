/** How far rankings agree. */

/** @typedef {{ item: number, score: number }[]} List the best first */

/**
 * How many of the first films two rankings share.
 *
 * @param {List} one
 * @param {List} other
 * @param {number} count
 */
export function shared(one, other, count) {
  const first = new Set(one.slice(0, count).map(({ item }) => item));
  return other.slice(0, count).filter(({ item }) => first.has(item)).length;
}

/**
 * Where films stand in two rankings: all that are among the first of either.
 *
 * @param {List} one
 * @param {List} other
 * @param {number} count
 * @returns {{ item: number, x: number, y: number }[]} ranks from 1
 */
export function places(one, other, count) {
  const [x, y] = [one, other].map(ranksOf);
  const items = new Set([...one.slice(0, count), ...other.slice(0, count)].map(({ item }) => item));
  return [...items].map((item) => ({ item, x: x.get(item), y: y.get(item) }));
}

const ranksOf = (list) => new Map(list.map(({ item }, place) => [item, place + 1]));
