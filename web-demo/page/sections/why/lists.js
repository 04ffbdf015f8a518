/**
 * Films of a list that stand elsewhere in another, or not at all.
 *
 * @param {{ item: number }[]} before
 * @param {{ item: number }[]} after
 * @returns {Set<number>} of those after
 */
export const moved = (before, after) =>
  new Set(after.filter(({ item }, place) => before[place]?.item !== item).map(({ item }) => item));

/** Films of a list that another does not have. */
export function fresh(before, after) {
  const known = new Set(before.map(({ item }) => item));
  return new Set(after.map(({ item }) => item).filter((item) => !known.has(item)));
}
