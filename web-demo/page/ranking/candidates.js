/**
 * The client of `GET api/candidates`. It requests a list by name, the same for every visitor, or
 * the films around one whose button was pressed. A request contains nothing else. In Node too.
 *
 * @typedef {{ list: string } | { near: number }} Asked
 */

const LIMIT = 200;
const TIMEOUT = 15_000; // ms

/**
 * @param {Asked} asked
 * @param {{ rows?: boolean }} [options] rows: as a candidate pack, with each film's features
 * @returns {string} relative to the page, which may be below any path
 */
export function addressOf({ list, near }, { rows = false } = {}) {
  const query = new URLSearchParams({
    ...(near === undefined ? { list } : { near }),
    limit: LIMIT,
    ...(rows ? { rows: 1 } : {}),
  });
  return `api/candidates?${query}`;
}

/** @type {Map<string, Promise<Uint8Array>>} by address: no list is requested twice */
const answers = new Map();

/**
 * @param {Asked} asked
 * @returns {Promise<number[]>} film ids in the server's order
 */
export async function fetchCandidates(asked) {
  const bytes = await fetchOnce(addressOf(asked));
  return JSON.parse(new TextDecoder().decode(bytes)).items;
}

/** As a candidate pack's bytes. @param {Asked} asked */
export const fetchPack = (asked) => fetchOnce(addressOf(asked, { rows: true }));

function fetchOnce(address) {
  if (!answers.has(address)) {
    const answer = fetchBytes(address);
    answer.catch(() => answers.delete(address));
    answers.set(address, answer);
  }
  return answers.get(address);
}

async function fetchBytes(address) {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT) });
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  return new Uint8Array(await response.arrayBuffer());
}
