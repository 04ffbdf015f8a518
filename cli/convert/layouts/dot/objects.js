/**
 * Objects of libraries in a pickle, which say what computes with the arrays beside them.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 *
 * @typedef {object} Found an object of a class
 * @property {string} name of the class, without its module
 * @property {(name: string) => string} pathOf the full name of an attribute
 * @property {(name: string) => unknown} setting a plain attribute
 * @property {(name: string) => ForeignTensor | undefined} tensor an attribute that is an array
 */

/**
 * @param {Checkpoint} checkpoint
 * @param {RegExp} pattern of the class
 * @returns {Found | undefined}
 */
export function findObject({ objects = new Map(), tensors, settings }, pattern) {
  const found = [...objects].find(([, className]) => pattern.test(className));
  if (!found) return undefined;
  const [path, className] = found;
  const pathOf = (/** @type {string} */ name) => (path ? `${path}.${name}` : name);
  return {
    name: className.split(".").at(-1) ?? "",
    pathOf,
    setting: (name) => settings[pathOf(name)],
    tensor: (name) => tensors.get(pathOf(name)),
  };
}
