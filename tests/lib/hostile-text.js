import assert from "node:assert/strict";

/** Texts that pretend, by what is wrong with them. */
export const HOSTILE = {
  "a line of its own": "gmf\nverified: all scores as expected",
  "a carriage return": "gmf\rverified",
  "an escape sequence": "\u001b[2K\u001b[1Averified\u001b]0;title\u0007",
  "an escape sequence in one character": "\u009b2Kverified",
  "a null, a delete and a backspace": "a\0b\u007fc\u0008",
  "a line separator": "a\u2028b\u2029c\u0085d\u000be",
  "text from right to left": "gmf\u202emeti.\u202c\u2067x\u2069",
  "invisible characters": "gmf\u200b\u200d\u2060\ufeff\u00ad\u3164item\ufe0f",
  "a tag character": "gmf\u{e0041}item",
  "half a character": "gmf\ud800item\udc00",
};

/** What no line of output may contain: ranges of code points. */
const BAD = [
  [0x00, 0x1f],
  [0x7f, 0x9f],
  [0xad, 0xad],
  [0x061c, 0x061c],
  [0x200b, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0x3164, 0x3164],
  [0xd800, 0xdfff],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
  [0xe0000, 0xe0fff],
];

/** @param {string} text */
export function assertOneLine(text) {
  for (const character of text) {
    const code = Number(character.codePointAt(0));
    const isBad = BAD.some(([first, last]) => code >= first && code <= last);
    assert.ok(!isBad, `U+${code.toString(16)} in ${JSON.stringify(text)}`);
  }
}
