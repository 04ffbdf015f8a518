import { PocketrecError, show } from "../../../js/common/errors.js";

const TEXT = new TextDecoder("utf-8");
const DIGITS_MAX = 1000;

/** Reads the arguments of opcodes within the bounds of the file. */
export class Cursor {
  /**
   * @param {Uint8Array} bytes
   * @param {number} at
   */
  constructor(bytes, at) {
    this.bytes = bytes;
    this.at = at;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** @param {number} count */
  take(count) {
    if (count > this.bytes.length - this.at) {
      throw new PocketrecError(
        "truncated",
        "file",
        `${count} more bytes`,
        `${this.bytes.length - this.at}`,
      );
    }
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte() {
    return this.take(1)[0];
  }

  uint16() {
    this.take(2);
    return this.view.getUint16(this.at - 2, true);
  }

  uint32() {
    this.take(4);
    return this.view.getUint32(this.at - 4, true);
  }

  int32() {
    this.take(4);
    return this.view.getInt32(this.at - 4, true);
  }

  /** A length; lengths beyond 2^53 exceed the file in any case. */
  uint64() {
    this.take(8);
    return Number(this.view.getBigUint64(this.at - 8, true));
  }

  float64() {
    this.take(8);
    return this.view.getFloat64(this.at - 8, false);
  }

  /** @param {number} count */
  text(count) {
    return TEXT.decode(this.take(count));
  }

  /** @param {number} count */
  latin1(count) {
    const bytes = this.take(count);
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  }

  line() {
    const end = this.bytes.indexOf(10, this.at);
    if (end < 0)
      throw new PocketrecError("truncated", "file", "a line that ends", "the end of the file");
    const line = this.latin1(end - this.at);
    this.at++;
    return line;
  }

  /** A line with a name, which Python writes in UTF-8. */
  name() {
    return Buffer.from(this.line(), "latin1").toString("utf8");
  }

  /** Little endian, two's complement. @param {number} count */
  long(count) {
    if (count > DIGITS_MAX / 2) throw tooLong(count * 2);
    const bytes = this.take(count);
    let value = 0n;
    for (let i = count - 1; i >= 0; i--) value = value * 256n + BigInt(bytes[i]);
    return plainInteger(
      count && bytes[count - 1] & 0x80 ? value - (1n << BigInt(8 * count)) : value,
    );
  }

  /** Decimal, perhaps with Python 2's suffix L. */
  decimal() {
    const line = this.line().trim().replace(/L$/, "");
    if (line.length > DIGITS_MAX) throw tooLong(line.length);
    if (!/^[+-]?\d+$/.test(line))
      throw new PocketrecError("bad-header", "file", "an integer", show(line));
    return plainInteger(BigInt(line.replace("+", "")));
  }

  /** A float as Python prints it. */
  float() {
    const line = this.line().trim();
    const special = /^([+-]?)(inf|nan)/i.exec(line);
    if (special)
      return special[2].toLowerCase() === "nan" ? NaN : special[1] === "-" ? -Infinity : Infinity;
    if (!/^[+-]?(\d|\.\d)[\d.eE+-]*$/.test(line))
      throw new PocketrecError("bad-header", "file", "a number", show(line));
    return Number(line);
  }

  /** A quoted string as Python's repr prints it. */
  quoted() {
    const line = this.line().trim();
    const inside = /^(['"])(.*)\1$/s.exec(line);
    if (!inside) throw new PocketrecError("bad-header", "file", "a string in quotes", show(line));
    return unescape(inside[2], /\\(?:x([\da-fA-F]{2})|([0-7]{1,3})|([\s\S]))/g);
  }

  /** A string with \u escapes only. */
  escaped() {
    return this.line().replace(/\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/g, (all, short, long) => {
      const code = parseInt(short ?? long, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : all;
    });
  }
}

const ESCAPES = /** @type {Record<string, string>} */ ({
  n: "\n",
  r: "\r",
  t: "\t",
  b: "\b",
  f: "\f",
  v: "\v",
  a: "\x07",
});

/**
 * @param {string} text
 * @param {RegExp} pattern
 */
function unescape(text, pattern) {
  return text.replace(pattern, (_, hex, octal, other) => {
    if (hex) return String.fromCharCode(parseInt(hex, 16));
    if (octal) return String.fromCharCode(parseInt(octal, 8));
    return ESCAPES[other] ?? other;
  });
}

/** @param {bigint} value */
function plainInteger(value) {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

/** @param {number} digits */
function tooLong(digits) {
  return new PocketrecError(
    "too-large",
    "file",
    `integers of at most ${DIGITS_MAX} digits`,
    `one of about ${digits}`,
  );
}
