// The lists of candidates: they depend on the catalogue, and on no user.

const LENGTH = 500; // items of a list: some hundreds are enough to rank

/**
 * @typedef {object} Entry of the catalogue
 * @property {string | number} id of the item in the weights
 * @property {string} category
 * @property {string} added the day on which the shop got it, such as "2026-11-30"
 * @property {number} sold copies sold last week
 */

/**
 * Every list by name: `popular`, `new`, and one for each category, best sold first.
 *
 * @param {Entry[]} catalogue
 * @returns {Map<string, (string | number)[]>} item ids
 */
export function candidateLists(catalogue) {
  const popular = catalogue.toSorted((a, b) => b.sold - a.sold);
  const newest = popular.toSorted((a, b) => b.added.localeCompare(a.added));
  const categories = [...new Set(catalogue.map(({ category }) => category))].sort();
  const lists = new Map([
    ["popular", popular],
    ["new", newest],
  ]);
  for (const category of categories) {
    const name = category.toLowerCase().replace(/[^a-z0-9]+/g, "-"); // it becomes a file's name
    if (lists.has(name)) throw new Error(`two lists would be called "${name}"`);
    lists.set(
      name,
      popular.filter((entry) => entry.category === category),
    );
  }
  return new Map(
    [...lists].map(([name, list]) => [name, list.slice(0, LENGTH).map(({ id }) => id)]),
  );
}
