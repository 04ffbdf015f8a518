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
      index = this.names.push(name) - 1;
      this.#indices.set(name, index);
    }
    return index;
  }
}
