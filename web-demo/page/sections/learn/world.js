/**
 * An invented world: users with hidden tastes, films with hidden genres, and the few ratings that a
 * model gets to see. Because it is invented, the truth is known, and so is the noise.
 */
import { FILMS, GENRES, USERS } from "./cast.js";
import { uniform } from "../../models/random.js";
import { normal, shuffle } from "./random.js";

/** Ratings that each user gives: those to learn from, and those kept back to test with. */
export const TRAINED = 16;
export const TESTED = 5;

/** How far a taste moves a rating, in stars. */
const LOVES = 1.6;
const DISLIKES = -1.2;
/** Standard deviations, in stars: a user's other tastes and generosity, a film's quality. */
const SPREAD = 0.35;

const clampStars = (stars) => Math.min(5, Math.max(1, stars));

/**
 * @typedef {object} Cell one rating
 * @property {number} user
 * @property {number} item
 * @property {number} rating in half stars, with noise
 *
 * @typedef {object} World
 * @property {number} users
 * @property {number} items
 * @property {Float64Array} truth (users, items) row-major: what each user would rate without noise
 * @property {Cell[]} train
 * @property {Cell[]} test
 * @property {number[]} userGenres each user's favourite genre
 * @property {number[]} itemGenres each film's first genre
 */

/**
 * Makes a world. The same seed draws the same tastes, films and noise; `noise` only scales the
 * latter, so that a world can be compared with itself.
 *
 * @param {{ seed: number, noise: number }} options noise: its standard deviation, in stars
 * @returns {World}
 */
export function makeWorld({ seed, noise }) {
  const next = uniform(seed);
  const userGenres = USERS.map((_, user) => Math.floor((user * GENRES.length) / USERS.length));
  const tastes = userGenres.map((favourite) => tasteOf(favourite, next));
  const qualities = FILMS.map(() => SPREAD * normal(next));
  const truth = new Float64Array(USERS.length * FILMS.length);
  tastes.forEach(({ generosity, loves }, user) => {
    FILMS.forEach(({ genres }, item) => {
      const taste = genres.reduce((sum, genre) => sum + loves[genre], 0) / genres.length;
      const stars = 3.1 + generosity + qualities[item] + taste;
      truth[user * FILMS.length + item] = clampStars(stars);
    });
  });
  return {
    users: USERS.length,
    items: FILMS.length,
    truth,
    ...drawRatings(truth, noise, next),
    userGenres,
    itemGenres: FILMS.map(({ genres }) => genres[0]),
  };
}

/** A user loves one genre and dislikes another. */
function tasteOf(favourite, next) {
  const generosity = SPREAD * normal(next);
  const loves = GENRES.map(() => SPREAD * normal(next));
  loves[favourite] += LOVES;
  const step = 1 + Math.floor(next() * (GENRES.length - 1));
  loves[(favourite + step) % GENRES.length] += DISLIKES;
  return { generosity, loves };
}

/** Each user rates the same number of films, drawn by lot. */
function drawRatings(truth, noise, next) {
  const train = [];
  const test = [];
  for (let user = 0; user < USERS.length; user++) {
    const films = shuffle([...FILMS.keys()], next).slice(0, TRAINED + TESTED);
    films.forEach((item, at) => {
      const stars = truth[user * FILMS.length + item] + noise * normal(next);
      const rating = Math.round(2 * clampStars(stars)) / 2;
      (at < TRAINED ? train : test).push({ user, item, rating });
    });
  }
  return { train, test };
}

/** The mean squared error of the truth itself over ratings: the noise in them. */
export const noiseIn = ({ truth, items }, cells) =>
  cells.reduce(
    (sum, { user, item, rating }) => sum + (truth[user * items + item] - rating) ** 2,
    0,
  ) / cells.length;
