/** Text from which V8 makes a slice of a larger text instead of a copy. */
const SLICE_MIN = 13;

/** Numbers distinct names in order of appearance. */
export class NameIndex {
  /** @type {string[]} */
  names = [];
  /** @type {Map<string, number>} */
  #indices = new Map();

  /** @param {string} name */
  indexOf(name) {
    let index = this.#indices.get(name);
    if (index === undefined) {
      const own = name.length < SLICE_MIN ? name : copyOf(name);
      index = this.names.push(own) - 1;
      this.#indices.set(own, index);
    }
    return index;
  }
}

/**
 * A copy that does not keep the text of a whole file in memory.
 * @param {string} name
 */
const copyOf = (name) => Buffer.from(name, "utf16le").toString("utf16le");
