/**
 * The client of `GET /api/candidates`. It requests a list by name, the same for every visitor, or
 * the films around one whose button the visitor pressed. A request contains nothing else.
 *
 * @typedef {{ list: string, drawn?: { truth: number, among: number } } | { near: number }} Asked
 *   drawn: this device drew the list among so many genres; truth: the probability that it is the
 *   nearest to the ratings
 */

const LIMIT = 200;
const TIMEOUT = 15_000; // ms

/**
 * @param {Asked} asked
 * @returns {string} relative to the page, which may be below any path
 * @param {{ rows?: boolean }} [options] rows: as a candidate pack, with each film's features
 */
export function addressOf({ list, near }, { rows = false } = {}) {
  const query = new URLSearchParams({
    ...(near === undefined ? { list } : { near }),
    limit: LIMIT,
    ...(rows ? { rows: 1 } : {}),
  });
  return `api/candidates?${query}`;
}

/**
 * @param {Asked} asked
 * @returns {Promise<number[]>} film ids in the server's order
 */
export async function fetchCandidates(asked) {
  const response = await fetch(addressOf(asked), { signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  return (await response.json()).items;
}

/** @param {Asked} one @param {Asked | null} other */
export function isSame(one, other) {
  return one.list === other?.list && one.near === other?.near;
}
