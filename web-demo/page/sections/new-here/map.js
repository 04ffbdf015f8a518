/** The map of a model's films, and the path of a user on it. */
import { planeOf, project } from "./plane.js";
import { filmVectors } from "./ways.js";

export const KNOWN = 400; // films on the map: the best known
const ENDS = 2; // named films at each end of an axis

/**
 * @typedef {object} FilmMap
 * @property {ReturnType<typeof filmVectors>} vectors
 * @property {import("./plane.js").Plane} plane
 * @property {{ id: number, at: [x: number, y: number] }[]} films
 * @property {number[][][]} ends by axis: the ids of the films at its low and at its high end
 */

/**
 * @param {import("../../models/insides.js").Insides} insides
 * @param {number[]} ids films, the best known first
 * @returns {Promise<FilmMap>}
 */
export async function mapOf(insides, ids) {
  const vectors = filmVectors(insides);
  const known = ids.filter((id) => insides.rowOf(id) !== undefined);
  const plane = await planeOf(vectors, known.map(insides.rowOf));
  const films = known.map((id) => ({ id, at: placeOf(vectors, plane, insides.rowOf(id)) }));
  const ends = [0, 1].map((axis) => {
    const sorted = films.toSorted((a, b) => a.at[axis] - b.at[axis]).map(({ id }) => id);
    return [sorted.slice(0, ENDS), sorted.slice(-ENDS).reverse()];
  });
  return { vectors, plane, films, ends };
}

function placeOf({ width, values }, plane, row) {
  const centred = plane.mean.map((value, k) => values[row * width + k] - value);
  return project(plane, centred);
}

/**
 * How far each step lies from the user without ratings, in the plane, and how much longer it is
 * drawn so that the path is as large as the cloud of films. A film gains
 * (vector - vector without ratings) . (film - mean film) on the average film: those that lie where
 * the path goes gain most.
 *
 * @param {FilmMap} map
 * @param {{ vector: ArrayLike<number> }[]} steps
 * @returns {{ path: [x: number, y: number][], factor: number }}
 */
export function pathOf({ plane, films }, steps) {
  const [{ vector: start }] = steps;
  const moved = steps.map(({ vector }) =>
    project(
      plane,
      plane.mean.map((_, k) => vector[k] - start[k]),
    ),
  );
  const longest = Math.max(...moved.map(([x, y]) => Math.hypot(x, y)));
  const farthest = films.map(({ at: [x, y] }) => Math.hypot(x, y)).toSorted((a, b) => a - b);
  const factor = longest > 0 ? farthest[Math.floor(0.9 * farthest.length)] / longest : 1;
  return { path: moved.map(([x, y]) => [factor * x, factor * y]), factor };
}

/**
 * The films of the map that have most of one number of the vector.
 *
 * @param {FilmMap} map
 * @param {import("../../models/insides.js").Insides} insides
 * @param {number} column
 * @param {number} count
 */
export function filmsWithMost({ vectors: { width, values }, films }, insides, column, count) {
  if (column >= width) return [];
  const valueOf = ({ id }) => values[insides.rowOf(id) * width + column];
  return films.toSorted((a, b) => valueOf(b) - valueOf(a)).slice(0, count);
}
