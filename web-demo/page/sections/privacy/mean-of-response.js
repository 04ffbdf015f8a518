import { recall } from "./films.js";
import { guess } from "./server.js";

/**
 * What one drawn genre finds on average: over all answers, each with its probability.
 *
 * @param {import("./films.js").Films} films
 * @param {import("./server.js").World} world
 * @param {number} epsilon
 * @param {number} nearest the visitor's own genre
 * @param {ReadonlySet<number>} own
 * @param {() => Promise<void>} [rest] other work gets its turn
 */
export async function meanOfResponse(films, world, epsilon, nearest, own, rest) {
  const count = world.tastes.length;
  const truth = 1 / (1 + (count - 1) * Math.exp(-epsilon));
  let mean = 0;
  for (let centroid = 0; centroid < count; centroid += 1) {
    await rest?.();
    const probability = centroid === nearest ? truth : (1 - truth) / (count - 1);
    mean += probability * recall(films, own, guess(world, [{ centroid, epsilon }]));
  }
  return mean;
}
