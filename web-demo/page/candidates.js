/** The page's half of `GET /api/candidates`. */

const LIMIT = 200;
const PATIENCE = 15_000;

/**
 * The request names the list and nothing else.
 *
 * @param {string} list
 * @returns {Promise<number[]>} film ids in the server's order
 */
export async function fetchCandidates(list) {
  const address = `/api/candidates?list=${encodeURIComponent(list)}&limit=${LIMIT}`;
  const response = await fetch(address, { signal: AbortSignal.timeout(PATIENCE) });
  if (!response.ok) throw new Error(`The server answered with status ${response.status}.`);
  return (await response.json()).items;
}
