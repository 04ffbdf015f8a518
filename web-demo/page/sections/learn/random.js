/**
 * Random numbers and orders from uniform ones, by operations that IEEE 754 rounds exactly: a seed
 * gives the same world in every browser.
 */

/** Nearly standard normal: the sum of twelve uniform numbers has the variance 1. */
export function normal(next) {
  let sum = -6;
  for (let draw = 0; draw < 12; draw++) sum += next();
  return sum;
}

/** Puts a list into random order, in place. */
export function shuffle(list, next) {
  for (let last = list.length - 1; last > 0; last--) {
    const other = Math.floor(next() * (last + 1));
    [list[last], list[other]] = [list[other], list[last]];
  }
  return list;
}
