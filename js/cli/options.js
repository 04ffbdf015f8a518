import { InvalidArgumentError, Option } from "commander";

import { PocketrecError } from "../common/errors.js";

/**
 * Numbers and ranges from the command line.
 *
 * @param {number} least
 * @param {number} most
 * @returns {(text: string) => number}
 */
export const number = (least, most) => (text) => {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new InvalidArgumentError(`A number from ${least} to ${most} is expected.`);
};

/**
 * @param {number} least
 * @param {number} [most]
 * @returns {(text: string) => number}
 */
export const whole =
  (least, most = 2 ** 31) =>
  (text) => {
    const value = number(least, most)(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError("A whole number is expected.");
  };

/**
 * "0.5:5" is the scale of ratings, "1:5:4" also says from where on one is an interaction.
 * @param {string} text
 */
export function ratingScale(text) {
  const [minimum, maximum, positive, ...more] = text.split(":").map(Number);
  if (
    minimum < maximum &&
    !more.length &&
    (positive === undefined || (positive >= minimum && positive <= maximum))
  ) {
    return { minimum, maximum, ...(positive === undefined ? {} : { positive }) };
  }
  throw new InvalidArgumentError(
    "MINIMUM:MAXIMUM or MINIMUM:MAXIMUM:POSITIVE is expected, as in 1:5 or 0.5:5:4.",
  );
}

/**
 * Text over several lines as one, which the terminal breaks where it is wide.
 * @param {string} text
 */
export const paragraph = (text) => text.replace(/\s+/g, " ");

/**
 * Refuses a flag by the name that it had in 0.1.
 *
 * @param {import("commander").Command} command
 * @param {`--${string}`} before
 * @param {`--${string}`} now
 */
export function renamedOption(command, before, now) {
  const option = new Option(`${before} [value]`).hideHelp();
  command.addOption(option).on(`option:${option.name()}`, () => {
    throw new PocketrecError("bad-argument", before, now, "its old name", {
      hint: `${before} is called ${now} since 0.2.`,
    });
  });
}
