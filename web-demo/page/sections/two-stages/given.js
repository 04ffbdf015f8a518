/** What the section computes with: the visitor's ratings, or an example while there are none. */
import { PRESETS } from "../../state/presets.js";
import { ratings } from "../../state/visitor.js";

/** @returns {{ ratings: [id: number, stars: number][], isExample: boolean }} in a component */
export function givenRatings() {
  const isExample = ratings.value.length === 0;
  return { ratings: isExample ? PRESETS[0].ratings : ratings.value, isExample };
}

/**
 * The films that count as watched, the latest last.
 * @param {[id: number, stars: number][]} given
 * @param {number} positive the fewest stars that do
 */
export const watchedOf = (given, positive) =>
  given.filter(([, stars]) => stars >= positive).map(([id]) => id);
