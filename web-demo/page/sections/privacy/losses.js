/** What is lost for each epsilon: the mean recall of one draw. */
import { privateQuery } from "pocketrec/privacy";
import { recall } from "./films.js";
import { meanOfResponse } from "./mean-of-response.js";
import { guess } from "./server.js";

export const EPSILONS = [0.5, 1, 2, 4, 8, 16, 32, 64];
const DRAWS = 16; // of noisy vectors for each epsilon
const DELTA = 1e-6;
const PIECE = 8; // ms of work before other work gets its turn

/**
 * @typedef {object} Loss
 * @property {number} epsilon
 * @property {number} response the exact mean over all genres that may be drawn
 * @property {number} noisy the mean over some draws
 * @property {number} low the lowest of these
 * @property {number} high the highest
 *
 * @param {import("./films.js").Films} films
 * @param {import("./server.js").World} world
 * @param {ArrayLike<number>} vector
 * @param {number} nearest the visitor's own genre
 * @param {ReadonlySet<number>} own
 * @param {AbortSignal} [signal]
 * @returns {Promise<Loss[]>}
 */
export async function lossesOf(films, world, vector, nearest, own, signal) {
  const rest = pieces();
  const losses = [];
  for (const epsilon of EPSILONS) {
    const response = await meanOfResponse(films, world, epsilon, nearest, own, rest);
    const noisy = [];
    for (let n = 0; n < DRAWS && !signal?.aborted; n += 1) {
      await rest();
      const answer = await privateQuery({ vector }, { epsilon, delta: DELTA, ledger: FREE });
      noisy.push(recall(films, own, guess(world, [answer])));
    }
    const mean = noisy.reduce((sum, value) => sum + value, 0) / noisy.length;
    losses.push({
      epsilon,
      response,
      noisy: mean,
      low: Math.min(...noisy),
      high: Math.max(...noisy),
    });
  }
  return losses;
}

/** These draws are a calculation on this device. Nobody gets them, so they are not counted. */
const FREE = { spend: async () => {} };

function pieces() {
  let began = performance.now();
  return async () => {
    if (performance.now() - began < PIECE) return;
    await new Promise((resolve) => setTimeout(resolve));
    began = performance.now();
  };
}
