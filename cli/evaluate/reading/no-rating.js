import { PocketrecError } from "../../../js/common/errors.js";

/**
 * Numbers that data sets write where there is no rating: Jester 99, MyAnimeList -1.
 *
 * @typedef {import("../interactions.js").Interactions} Interactions
 */

const FAR = [99, 999, 9999, -99, -999, -9999];

/** Scales of ratings lie within this; a number such as 99 beyond it is none of theirs. */
const SCALE_MAX = 20;

/**
 * The interactions without those that have no rating, as --dialect missing=99 says; asks where a
 * number looks like that and nothing is said.
 *
 * @param {Interactions} data
 * @param {number | "none" | undefined} missing
 * @returns {Interactions}
 * @throws {PocketrecError} "bad-argument"
 */
export function withoutMissing(data, missing) {
  if (!data.rating || missing === "none") return data;
  if (missing !== undefined) return filtered(data, data.rating, missing);
  const found = suspect(data.rating);
  if (found === undefined) return data;
  const { number, count, minimum, maximum } = found;
  throw new PocketrecError(
    "bad-argument",
    data.path,
    "to know whether a rating is missing",
    `${count} of ${number}, where all others are from ${minimum} to ${maximum}`,
    {
      hint:
        `Pass --dialect missing=${number} to leave these lines out, missing=none if ${number} ` +
        "is a rating, or --columns rating=none to read no ratings.",
    },
  );
}

/**
 * @param {Float64Array} ratings
 * @returns {{ number: number, count: number, minimum: number, maximum: number } | undefined}
 */
function suspect(ratings) {
  const counts = new Map([-1, ...FAR].map((number) => [number, 0]));
  let [minimum, maximum] = [Infinity, -Infinity];
  for (const rating of ratings) {
    const count = counts.get(rating);
    if (count !== undefined) counts.set(rating, count + 1);
    else {
      if (rating < minimum) minimum = rating;
      if (rating > maximum) maximum = rating;
    }
  }
  const isScale = minimum >= -SCALE_MAX && maximum <= SCALE_MAX;
  // -1 beside 0 and 1 is a dislike.
  const isPositive = minimum >= 0 && maximum > 1;
  const [found] = [...counts].filter(
    ([number, count]) => count > 0 && isScale && (number !== -1 || isPositive),
  );
  return found && { number: found[0], count: found[1], minimum, maximum };
}

/**
 * @param {Interactions} data
 * @param {Float64Array} ratings
 * @param {number} missing
 * @returns {Interactions}
 */
function filtered(data, ratings, missing) {
  const kept = (/** @type {number} */ _, /** @type {number} */ n) => ratings[n] !== missing;
  const { user, item, time, reading } = data;
  const rating = ratings.filter(kept);
  if (!rating.length) {
    const found = `${missing} in all ${ratings.length} lines`;
    throw new PocketrecError("bad-argument", data.path, "ratings", found);
  }
  const count = ratings.length - rating.length;
  const at = ratings.findIndex((value) => value !== missing);
  const first = { user: data.users[user[at]], item: data.items[item[at]], rating: ratings[at] };
  return {
    ...data,
    user: user.filter(kept),
    item: item.filter(kept),
    rating,
    ...(time && { time: time.filter(kept) }),
    reading: {
      ...reading,
      interactions: rating.length,
      first: at ? first : reading.first,
      notes: [...reading.notes, `${count} without a rating (${missing}) left out`],
    },
  };
}
