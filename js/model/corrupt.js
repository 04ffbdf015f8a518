import { argumentError, assertNumber, assertSeed } from "../common/arguments.js";
import { PocketrecError } from "../common/errors.js";
import { checkOptions } from "../common/options.js";
import { xorshift } from "../common/random.js";
import { iterate } from "../file/item-ids.js";

/**
 * @import { RatingScale } from "../file/metadata.js"
 * @import { Interaction } from "../families/interactions.js"
 *
 * @typedef {object} Corruption how `corrupt` changes a history
 * @property {"mask" | "gaussian" | "salt-and-pepper"} kind removes, adds noise, or takes the
 *   ends of the scale
 * @property {number} q mask, salt-and-pepper: the probability, 0 to 1; gaussian: the standard
 *   deviation of the noise, in units of the rating
 * @property {number} [seed] 1 (default) to 2^32 - 1: the same seed and history give the same result
 * @property {Pick<RatingScale, "minimum" | "maximum">} [rating] the scale, as in
 *   `model.info.rating`: noise is clipped to it, and salt and pepper are its ends (default: the
 *   history's lowest and highest rating)
 */

/**
 * A history as a denoising autoencoder gets it in training, where it learns to restore what was
 * removed: to show what denoising is, and how much of a ranking depends on single interactions. A
 * trained model gets the whole history.
 *
 * - `mask`: each interaction is removed with probability q.
 * - `gaussian`: noise is added to each rating.
 * - `salt-and-pepper`: with probability q an interaction takes an end of the scale, each with the
 *   same chance: the lowest or highest rating, or without ratings removed or kept.
 *
 * Vincent et al., ICML 2008 (mask) and JMLR 2010, section 4.2 (the other two).
 *
 * @param {Iterable<Interaction>} history
 * @param {Corruption} corruption
 * @returns {Interaction[]} a new list; corrupted entries are new, the others are those given
 * @throws {PocketrecError} "bad-argument"
 *
 * @example
 * const history = ["The Ninth Moon", "Rust and Starlight", "One Glove"];
 * corrupt(history, { kind: "mask", q: 0.5, seed: 7 }); // => ["The Ninth Moon", "One Glove"]
 */
export function corrupt(history, corruption) {
  const options = checkOptions(corruption, "corrupt", "kind q seed rating");
  const { kind, q, seed = 1, rating: scale = {} } = options;
  if (typeof kind !== "string" || !Object.hasOwn(KINDS, kind))
    throw argumentError("kind", Object.keys(KINDS).join(", "), kind);
  assertNumber(q, "q", { max: kind === "gaussian" ? 1e6 : 1 });
  assertSeed(seed);
  const interactions = [.../** @type {Iterable<any>} */ (iterate(history, "history"))];
  const ratings = interactions.map(checkedRating);
  // Spread over the bits, since a small state gives small numbers at first.
  const next = xorshift(Math.imul(seed, 0x9e3779b1));
  return KINDS[kind](interactions, { q, next, scale, ratings });
}

/**
 * @typedef {object} Draw
 * @property {number} q
 * @property {() => number} next uniform in [0, 1)
 * @property {{ minimum?: number, maximum?: number }} scale
 * @property {(number | undefined)[]} ratings of the interactions
 */

/** @type {Record<string, (interactions: any[], draw: Draw) => any[]>} */
const KINDS = {
  mask: (interactions, { q, next }) => interactions.filter(() => next() >= q),

  gaussian: (interactions, { q, next, scale, ratings }) =>
    interactions.map((interaction, at) => {
      const rating = ratings[at];
      if (rating === undefined)
        throw new PocketrecError("bad-argument", `rating of interaction ${at}`, "a number", "none");
      const { minimum = -Infinity, maximum = Infinity } = scale;
      // Box and Muller.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return { ...interaction, rating: Math.min(Math.max(rating + q * normal, minimum), maximum) };
    }),

  "salt-and-pepper": (interactions, { q, next, scale, ratings }) => {
    const known = ratings.filter((rating) => rating !== undefined);
    const minimum = scale.minimum ?? known.reduce((a, b) => Math.min(a, b), Infinity);
    const maximum = scale.maximum ?? known.reduce((a, b) => Math.max(a, b), -Infinity);
    return interactions.flatMap((interaction, at) => {
      const isHit = next() < q;
      const isSalt = next() < 0.5;
      if (!isHit) return [interaction];
      if (ratings[at] === undefined) return isSalt ? [interaction] : [];
      return [{ ...interaction, rating: isSalt ? maximum : minimum }];
    });
  },
};

/**
 * @param {any} interaction
 * @param {number} at
 * @returns {number | undefined}
 */
function checkedRating(interaction, at) {
  const rating =
    interaction !== null && typeof interaction === "object" ? interaction.rating : undefined;
  if (rating === undefined || Number.isFinite(rating)) return rating;
  throw argumentError(`rating of interaction ${at}`, "a number", rating);
}
