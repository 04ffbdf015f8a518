/** The batches of an epoch. */
import { USERS } from "./cast.js";
import { shuffle } from "./random.js";
import { TRAINED } from "./world.js";

/** Users of a batch of AutoRec, which sees whole users; the others take as many ratings. */
const BATCH_USERS = 4;
const BATCH = BATCH_USERS * TRAINED;

/** Steps of an epoch. */
export const STEPS = USERS.length / BATCH_USERS;

/**
 * The training ratings in random batches: of any ratings, or of whole users.
 *
 * @param {import("./world.js").Cell[]} train
 * @param {boolean} wholeUsers
 * @param {() => number} next uniform numbers
 */
export function batchesOf(train, wholeUsers, next) {
  const cells = wholeUsers ? userByUser(train, next) : shuffle([...train], next);
  return Array.from({ length: STEPS }, (_, step) => cells.slice(step * BATCH, (step + 1) * BATCH));
}

function userByUser(train, next) {
  const users = shuffle([...USERS.keys()], next);
  return users.flatMap((user) => train.filter((cell) => cell.user === user));
}
