import { assertSeed } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { iterate } from "../file/item-ids.js";

/**
 * @typedef {import("../families/interactions.js").Interaction} Interaction
 * @typedef {object} Corruption
 * @property {"mask" | "gaussian" | "salt-and-pepper"} kind
 * @property {number} q mask, salt-and-pepper: the share that is hit, 0 to 1; gaussian: the noise's
 *   standard deviation, in units of the rating
 * @property {number} [seed] 1 (default) to 2^32 - 1: the same seed and history give the same result
 * @property {{ minimum?: number, maximum?: number }} [rating] the scale, as in `model.info.rating`:
 *   noise stays on it, and salt and pepper are its ends (default: the history's own lowest and
 *   highest rating)
 */

/**
 * A history as a denoising autoencoder gets it while it is trained, which learns to bring back what
 * was there: to show what denoising is, and to see how much of a ranking hangs on single
 * interactions. Nothing else needs it: a trained model gets the whole history.
 *
 * - `mask`: each interaction is left out with probability q.
 * - `gaussian`: noise is added to each rating.
 * - `salt-and-pepper`: with probability q an interaction goes to an end of the scale, either with
 *   the same chance: the lowest or highest rating, or without ratings gone or there.
 *
 * Vincent et al., ICML 2008 (mask) and JMLR 2010, section 4.2 (the other two).
 *
 * @param {Iterable<Interaction>} history
 * @param {Corruption} corruption
 * @returns {Interaction[]} a new list; what was hit in it is new, the rest is what was given
 * @throws {PocketrecError} "bad-argument"
 */
export function corrupt(
  history,
  { kind, q, seed = 1, rating: scale = {} } = /** @type {any} */ ({}),
) {
  if (!["mask", "gaussian", "salt-and-pepper"].includes(kind)) {
    throw new PocketrecError(
      "bad-argument",
      "kind",
      '"mask", "gaussian" or "salt-and-pepper"',
      show(kind),
    );
  }
  if (typeof q !== "number" || !(q >= 0 && q <= (kind === "gaussian" ? 1e6 : 1))) {
    throw new PocketrecError(
      "bad-argument",
      "q",
      kind === "gaussian" ? "0 or more" : "0 to 1",
      show(q),
    );
  }
  assertSeed(seed);
  const interactions = [.../** @type {Iterable<any>} */ (iterate(/** @type {any} */ (history)))];
  const ratings = interactions.map(checkedRating).filter((rating) => rating !== undefined);
  const minimum = scale.minimum ?? ratings.reduce((a, b) => Math.min(a, b), Infinity);
  const maximum = scale.maximum ?? ratings.reduce((a, b) => Math.max(a, b), -Infinity);
  const next = uniform(seed);
  if (kind === "mask") return interactions.filter(() => next() >= q);
  if (kind === "gaussian") {
    return interactions.map((interaction, at) => {
      const rating = ratingOf(interaction);
      if (rating === undefined)
        throw new PocketrecError("bad-argument", `rating of interaction ${at}`, "a number", "none");
      const noisy =
        rating + q * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return {
        ...interaction,
        rating: Math.min(Math.max(noisy, scale.minimum ?? -Infinity), scale.maximum ?? Infinity),
      };
    });
  }
  return interactions.flatMap((interaction) => {
    const isHit = next() < q;
    const isSalt = next() < 0.5;
    if (!isHit) return [interaction];
    if (ratingOf(interaction) === undefined) return isSalt ? [interaction] : [];
    return [{ ...interaction, rating: isSalt ? maximum : minimum }];
  });
}

/**
 * @param {any} interaction
 * @param {number} at
 */
function checkedRating(interaction, at) {
  const rating = ratingOf(interaction);
  if (rating === undefined || (typeof rating === "number" && Number.isFinite(rating)))
    return rating;
  throw new PocketrecError("bad-argument", `rating of interaction ${at}`, "a number", show(rating));
}

/** @param {any} interaction */
const ratingOf = (interaction) =>
  interaction !== null && typeof interaction === "object" ? interaction.rating : undefined;

/**
 * Uniform in [0, 1): xorshift32, as in src/random.h.
 * @param {number} seed
 */
function uniform(seed) {
  // Spread over the bits, since a small state gives small numbers at first.
  let state = Math.imul(seed, 0x9e3779b1);
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}
