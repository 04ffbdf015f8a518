// Changes of bytes that know nothing of their meaning: flips, cuts, splices, extreme numbers.

/** @typedef {import("./random.js").Draws} Draws */

/** Lengths, counts and offsets at which readers break. */
const EXTREMES = [0, 1, -1, 7, 8, 127, 128, 255, 256, 65535, 65536, 2 ** 31 - 1, 2 ** 31];
const LARGE = [2 ** 32 - 1, 2 ** 32, 2 ** 40, 2 ** 53, 2 ** 53 - 1];
/** As float32 bits: NaN, infinities, the largest, a subnormal, negative zero. */
const FLOATS = [0x7fc00000, 0x7f800000, 0xff800000, 0x7f7fffff, 1, 0x80000000];

/** How many bytes a cut or a copy takes, mostly few. @param {Draws} draws @param {number} most */
const lengthOf = (draws, most) => 1 + draws.below(draws.once(4) ? Math.max(1, most) : 8);

/** @type {((bytes: Uint8Array, draws: Draws, other: Uint8Array) => Uint8Array)[]} */
const CHANGES = [
  (bytes, draws) => changed(bytes, draws, (at) => (bytes[at] ^= 1 << draws.below(8))),
  (bytes, draws) => changed(bytes, draws, (at) => (bytes[at] = draws.below(256))),
  (bytes, draws) => changed(bytes, draws, (at) => (bytes[at] += draws.pick([1, -1]))),
  (bytes, draws) => changed(bytes, draws, (at) => (bytes[at] = draws.pick([0, 255, 128, 127]))),
  (bytes, draws) => withNumber(bytes, draws, draws.pick([1, 2, 4, 8])),
  (bytes, draws) => withNumber(bytes, draws, 4, draws.pick(FLOATS)),
  (bytes, draws) => bytes.subarray(0, draws.below(bytes.length + 1)),
  (bytes, draws) => without(bytes, draws.below(bytes.length + 1), lengthOf(draws, bytes.length)),
  (bytes, draws) => repeated(bytes, draws),
  (bytes, draws, other) => spliced(bytes, draws, other),
  (bytes, draws) => joined(bytes, new Uint8Array(lengthOf(draws, 64)).fill(draws.below(256))),
];

/**
 * @param {Uint8Array} bytes
 * @param {Draws} draws
 * @param {Uint8Array} [other] a file to splice with
 * @returns {Uint8Array} a copy with one to a few changes
 */
export function mutateBytes(bytes, draws, other = bytes) {
  let result = bytes.slice();
  for (let count = 1 + (draws.once(2) ? 0 : draws.below(4)); count > 0; count--)
    result = draws.pick(CHANGES)(result, draws, other).slice();
  return result;
}

/** @param {Uint8Array} bytes @param {Draws} draws @param {(at: number) => void} change */
function changed(bytes, draws, change) {
  if (bytes.length) change(draws.below(bytes.length));
  return bytes;
}

/** A number of `size` bytes, little endian. */
function withNumber(bytes, draws, size, value = draws.pick([...EXTREMES, ...LARGE, bytes.length])) {
  if (bytes.length < size) return bytes;
  const at = draws.below(bytes.length - size + 1);
  const number = BigInt.asUintN(64, BigInt(value));
  for (let k = 0; k < size; k++) bytes[at + k] = Number((number >> BigInt(8 * k)) & 255n);
  return bytes;
}

const without = (bytes, from, length) =>
  joined(bytes.subarray(0, from), bytes.subarray(from + length));

function repeated(bytes, draws) {
  const from = draws.below(bytes.length + 1);
  const part = bytes.subarray(from, from + lengthOf(draws, bytes.length));
  return joined(bytes.subarray(0, from), part, part, bytes.subarray(from + part.length));
}

function spliced(bytes, draws, other) {
  const to = draws.below(bytes.length + 1);
  const from = draws.below(other.length + 1);
  const part = other.subarray(from, from + lengthOf(draws, other.length));
  const kept = draws.once(2) ? part.length : 0;
  return joined(bytes.subarray(0, to), part, bytes.subarray(to + kept));
}

/** @param {...Uint8Array} parts */
export function joined(...parts) {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
