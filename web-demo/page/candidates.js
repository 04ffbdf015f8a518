/**
 * The page's half of `GET /api/candidates`. What is asked for is a list by its name, the same for
 * everybody, or, where the visitor pressed a film's button, the films around that one. A request
 * holds that and nothing else.
 *
 * @typedef {{ list: string, drawn?: { truth: number, among: number } } | { near: number }} Asked
 *   drawn: the list was drawn on this device, among so many genres, and is the nearest to the
 *   ratings with that probability
 */

const LIMIT = 200;
const PATIENCE = 15_000;

/**
 * @param {Asked} asked
 * @param {{ rows?: boolean }} [options] rows: as a candidate pack, each film with what the ranker
 *   has to know of it
 */
export function addressOf({ list, near }, { rows = false } = {}) {
  const query = new URLSearchParams({
    ...(near === undefined ? { list } : { near }),
    limit: LIMIT,
    ...(rows ? { rows: 1 } : {}),
  });
  return `/api/candidates?${query}`;
}

/**
 * @param {Asked} asked
 * @returns {Promise<number[]>} film ids in the server's order
 */
export async function fetchCandidates(asked) {
  const response = await fetch(addressOf(asked), { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  return (await response.json()).items;
}

/** @param {Asked} one @param {Asked | null} other */
export function isSame(one, other) {
  return one.list === other?.list && one.near === other?.near;
}
