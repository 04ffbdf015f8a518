import { InvalidArgumentError, Option } from "commander";

import { PocketrecError, show } from "../../js/common/errors.js";

/**
 * A number of a range.
 *
 * @param {number} min
 * @param {number} max
 * @returns {(text: string) => number} a parser of an option's argument
 */
export const number = (min, max) => (text) => {
  const value = Number(text);
  if (text.trim() !== "" && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`Expected a number from ${min} to ${max}.`);
};

/**
 * A whole number of a range.
 *
 * @param {number} min
 * @param {number} [max]
 * @returns {(text: string) => number} a parser of an option's argument
 */
export const whole =
  (min, max = 2 ** 31) =>
  (text) => {
    const value = number(min, max)(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError("Expected a whole number.");
  };

/**
 * Collects the values of an option that may be repeated.
 *
 * @param {string} value
 * @param {string[]} before
 */
export const collect = (value, before) => [...before, value];

/**
 * A scale of ratings: "0.5:5", or "1:5:4" with the lowest rating that counts as an interaction.
 * @param {string} text
 */
export function ratingScale(text) {
  const [minimum, maximum, positive, ...more] = text.split(":").map(Number);
  const isPositiveOfScale = positive === undefined || (positive >= minimum && positive <= maximum);
  if (minimum < maximum && !more.length && isPositiveOfScale)
    return { minimum, maximum, ...(positive === undefined ? {} : { positive }) };
  throw new InvalidArgumentError(
    "Expected MINIMUM:MAXIMUM or MINIMUM:MAXIMUM:POSITIVE, such as 1:5 or 0.5:5:4.",
  );
}

/**
 * An option with a few allowed values.
 *
 * @param {string} flags
 * @param {string} description
 * @param {readonly string[]} values
 */
export const choice = (flags, description, values) =>
  new Option(flags, description).choices(values);

/**
 * Text of several source lines as one paragraph; commander wraps it.
 * @param {string} text
 */
export const paragraph = (text) => text.replace(/\s+/g, " ");

/** The flag for users: its name of 0.1, and its name. */
export const RENAMED_USERS = { before: "--people", now: "--users" };

/**
 * Refuses a flag by its name of 0.1.
 *
 * @param {import("commander").Command} command
 * @param {{ before: string, now: string }} names
 */
export function renamedOption(command, { before, now }) {
  const option = new Option(`${before} [value]`).hideHelp();
  command.addOption(option).on(`option:${option.name()}`, () => {
    throw new PocketrecError("bad-argument", before, now, "its old name", {
      hint: `${before} is called ${now} since 0.2.`,
    });
  });
}

/**
 * @param {string} text
 * @param {string} subject names the text in errors
 * @throws {PocketrecError} "bad-argument"
 */
export function parseJson(text, subject) {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new PocketrecError("bad-argument", subject, "JSON", show(text), { cause });
  }
}
