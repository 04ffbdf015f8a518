import { readSchema } from "../file/feature-schema.js";

/**
 * The tensors of a file that have a row per item, as a candidate pack brings them.
 *
 * @typedef {object} ItemTensor
 * @property {string} name
 * @property {string} [offsets] of lists of values: the tensor that says where each begins
 *
 * @param {import("./family.js").Tensors} tensors
 * @param {import("./family.js").Info} info
 * @param {string[]} names of the family
 * @returns {ItemTensor[]} those that the file has
 */
export function itemTensorsOf(tensors, info, names) {
  const schema = info.features?.length ? readSchema(info.features) : [];
  const features = schema
    .filter(({ side }) => side === "item")
    .map(({ name, several }) => ({
      name: `${name}.values`,
      ...(several ? { offsets: `${name}.offsets` } : {}),
    }));
  return [...names.map((name) => ({ name })), ...features]
    .flatMap((entry) => [entry, { name: `${entry.name}.scale` }])
    .filter(({ name }) => tensors.has(name));
}
