/** The method that Node's console.log calls for the text of an object. */
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * Has Node's console.log say what the objects of a class are: `Model { neumf, 3650 items }`. For
 * the entries of Node alone: a browser shows the properties, and would download the texts.
 *
 * @template T
 * @param {{ prototype: T }} type
 * @param {string} name of the class, which a bundle shortens
 * @param {(object: T) => unknown[]} describe gives the parts of the text; those that are undefined
 *   are left out
 */
export function inspected(type, name, describe) {
  const value = /** @this {T} */ function () {
    const parts = describe(this).filter((part) => part !== undefined);
    return `${name} { ${parts.join(", ")} }`;
  };
  Object.defineProperty(type.prototype, INSPECT, { value });
}
