/** A part of a message is at most this long. */
const PART_MAX = 1000;

/**
 * Text from a file or an app as one visible line. What would let it pretend to be other text is
 * written as JSON escapes: control characters, line breaks, what reorders or hides text, halves of
 * characters (Unicode's C, Zl, Zp and Default_Ignorable_Code_Point). JSON stays JSON.
 *
 *     plain("items\n\u202e"); // "items\\u000a\\u202e"
 *
 * @param {string} text
 */
export const plain = (text) =>
  text.replace(/[\p{C}\p{DI}\p{Zl}\p{Zp}]/gu, (found) =>
    found.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );

/**
 * The start of a text, in time that does not depend on its length.
 *
 * @param {string} text
 * @param {number} [max] characters
 */
export const cut = (text, max = PART_MAX) =>
  text.length > max ? `${text.slice(0, max - 3)}...` : text;
