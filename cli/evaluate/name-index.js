/** Text from which V8 makes a slice of a larger text instead of a copy. */
const SLICE_MIN = 13;

/** Whole numbers below this are found in an array, which is quicker than a map of texts. */
const NUMBERS_MAX = 2 ** 22;

/** Numbers distinct names in order of appearance. */
export class NameIndex {
  /** @type {string[]} */
  names = [];
  /** @type {Map<string, number>} */
  #indices = new Map();
  /** 1 + the index of a name that is a whole number, by that number. */
  #ofNumbers = new Uint32Array(1024);

  /** @param {string} name */
  indexOf(name) {
    const number = numberIn(name);
    if (number >= 0) return this.#indexOfNumber(number, name);
    let index = this.#indices.get(name);
    if (index === undefined) {
      const own = name.length < SLICE_MIN ? name : copyOf(name);
      index = this.names.push(own) - 1;
      this.#indices.set(own, index);
    }
    return index;
  }

  /**
   * @param {number} number
   * @param {string} name
   */
  #indexOfNumber(number, name) {
    if (number >= this.#ofNumbers.length) {
      const longer = new Uint32Array(2 ** Math.ceil(Math.log2(number + 1)));
      longer.set(this.#ofNumbers);
      this.#ofNumbers = longer;
    }
    const known = this.#ofNumbers[number];
    return known ? known - 1 : (this.#ofNumbers[number] = this.names.push(name)) - 1;
  }
}

/**
 * The whole number that a name is, or -1: "07" and "7" are two names.
 * @param {string} name
 */
function numberIn(name) {
  const { length } = name;
  if (length === 0 || length > 7 || (length > 1 && name.charCodeAt(0) === ZERO)) return -1;
  let number = 0;
  for (let at = 0; at < length; at++) {
    const digit = name.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) return -1;
    number = 10 * number + digit;
  }
  return number < NUMBERS_MAX ? number : -1;
}

/** The code of "0". */
const ZERO = 48;

/**
 * A copy that does not keep the text of a whole file in memory.
 * @param {string} name
 */
const copyOf = (name) => Buffer.from(name, "utf16le").toString("utf16le");
