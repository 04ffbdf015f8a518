/** The map of films: places made in training, groups of genres, and who is near. */

/** The width of the map. */
export const WIDTH = 1000;

/** The groups that have a colour: a film belongs to the first that fits. */
export const GROUPS = {
  children: ["Children", "Animation"],
  horror: ["Horror"],
  scifi: ["Sci-Fi"],
  documentary: ["Documentary"],
  crime: ["Crime", "Film-Noir", "Mystery", "Thriller"],
  action: ["Action", "Adventure", "War", "Western", "Fantasy"],
  romance: ["Romance"],
  comedy: ["Comedy"],
  drama: ["Drama"],
};

/**
 * @typedef {object} Place
 * @property {number} item
 * @property {number} x of 0 to WIDTH
 * @property {number} y
 * @property {string | undefined} group
 *
 * @typedef {object} FilmMap
 * @property {Place[]} places
 * @property {Map<number, Place>} placeOf by film
 * @property {number} height as a share of the width
 */

/**
 * @param {number[]} items in the order of x and y
 * @param {number[]} x
 * @param {number[]} y
 * @param {(item: number) => { genres: string[] } | undefined} filmOf
 */
export function mapOf(items, x, y, filmOf) {
  const places = items.map((item, row) => ({
    item,
    x: x[row],
    y: y[row],
    group: groupOf(filmOf(item)?.genres ?? []),
  }));
  const height = Math.max(...y) / Math.max(...x);
  return { places, height, placeOf: new Map(places.map((place) => [place.item, place])) };
}

/** @param {string[]} genres */
export const groupOf = (genres) =>
  Object.keys(GROUPS).find((group) => GROUPS[group].some((genre) => genres.includes(genre)));

const distance = (place, x, y) => Math.hypot(place.x - x, place.y - y);

/**
 * The places nearest to a point, itself included.
 * @param {Place[]} places
 * @param {{ x: number, y: number }} point
 * @param {number} count
 */
export const nearest = (places, { x, y }, count) =>
  places
    .map((place) => ({ place, far: distance(place, x, y) }))
    .sort((a, b) => a.far - b.far)
    .slice(0, count)
    .map(({ place }) => place);

/** Directions of the arrow keys, y downwards. */
const WAYS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };

/**
 * The nearest place in the direction of an arrow key, within a quarter turn; else the same.
 *
 * @param {Place[]} places
 * @param {Place} from
 * @param {string} key
 */
export function towards(places, from, key) {
  if (!WAYS[key]) return undefined;
  const [right, down] = WAYS[key];
  const ahead = places.filter((place) => {
    const [dx, dy] = [place.x - from.x, place.y - from.y];
    const along = dx * right + dy * down;
    return along > 0 && along >= Math.abs(dx * down - dy * right);
  });
  return nearest(ahead, from, 1)[0] ?? from;
}

/**
 * The share of a group among places, in per cent.
 * @param {Place[]} places
 * @param {string | undefined} group
 */
export const shareOf = (places, group) =>
  (100 * places.filter((place) => place.group === group).length) / places.length;

/** The group that stands out most among some places, beside all of the map. */
export function standsOut(some, all) {
  const groups = Object.keys(GROUPS).map((group) => ({
    group,
    here: shareOf(some, group),
    everywhere: shareOf(all, group),
  }));
  return groups.sort((a, b) => b.here - b.everywhere - (a.here - a.everywhere))[0];
}
