import { PocketrecError } from "../../../js/common/errors.js";
import { attemptAll, isReproduced } from "./attempts.js";
import { meanOf } from "./fits.js";

/**
 * @typedef {import("./attempts.js").Task} Task
 * @typedef {import("./diagnosis.js").Case} Case
 * @typedef {import("./questions.js").Naming} Naming
 */

/**
 * Lines that count rows in another way: one row off, or the item before the user.
 * @param {Case} found
 */
export function otherRows({ task, ids }) {
  const { lines } = task.expected;
  const { padding = 0 } = task.assumed;
  const hasUsers = lines.every(({ user }) => user !== undefined);
  if (hasUsers && !lines[0].history && !ids) {
    const exchanged = lines.map((line) => ({ ...line, user: line.item, item: String(line.user) }));
    if (fitOf({ ...task, expected: { ...task.expected, lines: exchanged } }, {}) === "")
      return "The lines have the item first: a header item,user,score says so.";
  }
  const both = hasUsers ? SHIFTS : SHIFTS.filter(([, users]) => users === 0);
  for (const [items, users] of ids ? both.filter(([items]) => items === 0) : both) {
    if (padding && items + users > 0) continue;
    const more = fitOf(task, { ids, itemShift: items, userShift: users });
    if (more === undefined) continue;
    if (items + users > 0) return paddingHint(items, users, more);
    return countHint(items, users, more);
  }
  return undefined;
}

/** Rows that lines may be off, of items and of users. */
const SHIFTS = [1, -1].flatMap((one) => [
  [one, one],
  [one, 0],
  [0, one],
]);

/**
 * Whether lines fit with other rows: the option that this takes as well, "" for none; undefined:
 * they do not.
 *
 * @param {Task} task
 * @param {Naming} naming
 */
function fitOf(task, naming) {
  try {
    const tried = attemptAll(task, naming);
    if (tried.some(isReproduced)) return "";
    const mean = meanOf(task, tried);
    return mean?.hasMean ? ` --global-mean ${mean.number}` : undefined;
  } catch (error) {
    if (error instanceof PocketrecError) return undefined;
    throw error;
  }
}

/**
 * @param {number} items rows of padding
 * @param {number} users
 * @param {string} more options
 */
function paddingHint(items, users, more) {
  const [what, where] =
    items && users
      ? ["rows", "both tables"]
      : items
        ? ["items", "the items"]
        : ["users", "the users"];
  const options = items && users ? "--padding 1" : `--padding ${items} --user-padding ${users}`;
  return `With ${what} one later they fit: row 0 of ${where} is padding. Use ${options}${more}.`;
}

/**
 * @param {number} items -1 where they are counted from 1
 * @param {number} users
 * @param {string} more options
 */
function countHint(items, users, more) {
  const sides = [...(items ? ["items"] : []), ...(users ? ["users"] : [])].join(" and ");
  const option = more ? ` Use${more} too.` : "";
  return `The lines count ${sides} from 1: count them from 0, as rows of the checkpoint.${option}`;
}
