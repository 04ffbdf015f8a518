import { weightsOf } from "./keras-config.js";

/**
 * Names the weights of Keras 1, 2 and 3 in one form: "layer/weight".
 *
 * @typedef {import("../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./hdf5-walk.js").Hdf5} Hdf5
 * @typedef {import("./hdf5-walk.js").Attribute} Attribute
 */

/** Weight names of Keras 1, without the layer. Its "running_std" is a variance. */
const KERAS_1 = /** @type {Record<string, string>} */ ({
  W: "kernel",
  b: "bias",
  gamma: "gamma",
  beta: "beta",
  running_mean: "moving_mean",
  running_std: "moving_variance",
});

/** Groups of Keras 3 that only contain layers or weights. */
const CONTAINERS = new Set(["layers", "_layer_checkpoint_dependencies", "vars"]);

/**
 * The names of Keras 1 and 2 (and of Keras 3 in their format).
 *
 * @param {string[]} paths below the group of the layers
 * @param {Attribute | undefined} layerNames of the file; names may contain "/"
 * @param {KerasLayer[]} layers
 * @returns {Map<string, string>} path -> name
 */
export function legacyNames(paths, layerNames, layers) {
  const known = new Set((Array.isArray(layerNames) ? layerNames : []).map(String));
  const types = new Map(layers.map(({ name, type }) => [name, type]));
  const models = new Set(
    layers.map(({ name }) => name.slice(0, Math.max(name.lastIndexOf("/"), 0))),
  );
  const isPlain = (/** @type {string} */ name) => types.has(name) && !models.has(name);
  const deep = deepLayers(layers);
  const last = new Set(paths.map((path) => path.slice(path.lastIndexOf("/") + 1)));
  return unique(paths, (path) => {
    // A dataset outside the layers.
    if (!path.includes("/")) return path;
    const layer = layerOf(path, known);
    const parts = path.slice(layer.length + 1).split("/");
    const weight = String(parts.pop()).replace(/:\d+$/, "");
    const full = [layer, ...innerLayers(layer, parts, isPlain(layer))].join("/");
    const name = types.has(full) ? full : (deep.get(`${layer}/${parts.at(-1)}`) ?? full);
    const ownName = name.slice(name.lastIndexOf("/") + 1);
    return `${name}/${legacyWeight(weight, ownName, types.get(name), last)}`;
  });
}

/**
 * For nested models Keras 2 names only the outermost model and the layer: "outer/dense" is
 * "outer/inner/dense".
 *
 * @param {KerasLayer[]} layers
 * @returns {Map<string, string | undefined>} undefined: ambiguous
 */
function deepLayers(layers) {
  const deep = new Map();
  for (const { name } of layers) {
    const parts = name.split("/");
    const short = `${parts[0]}/${parts.at(-1)}`;
    if (parts.length > 2) deep.set(short, deep.has(short) ? undefined : name);
  }
  return deep;
}

/**
 * @param {string} path
 * @param {Set<string>} known
 */
function layerOf(path, known) {
  const parts = path.split("/");
  for (let n = parts.length - 1; n > 0; n--) {
    const name = parts.slice(0, n).join("/");
    if (known.has(name)) return name;
  }
  return parts[0];
}

/**
 * The layers of a nested model are between the model and the weight. A plain layer's name is
 * repeated there, with a number appended where a process had built the model several times.
 *
 * @param {string} layer
 * @param {string[]} parts
 * @param {boolean} isPlain whether it is no model
 */
function innerLayers(layer, parts, isPlain) {
  const last = parts.at(-1);
  if (isPlain || last === undefined || last === layer || isRepeated(layer, last)) return [];
  return parts[0] === layer || isRepeated(layer, parts[0]) ? parts.slice(1) : parts;
}

/**
 * @param {string} layer
 * @param {string} name
 */
const isRepeated = (layer, name) =>
  name.startsWith(`${layer}_`) && /^_\d+$/.test(name.slice(layer.length));

/**
 * @param {string} weight
 * @param {string} layer
 * @param {string | undefined} type
 * @param {Set<string>} datasets the names of all datasets
 */
function legacyWeight(weight, layer, type, datasets) {
  const short = weight.startsWith(`${layer}_`) ? weight.slice(layer.length + 1) : "";
  if (!Object.hasOwn(KERAS_1, short)) return weight;
  const isTable =
    short === "W" &&
    (type ? type === "Embedding" : !datasets.has(`${layer}_b`) && /emb/i.test(layer));
  return isTable ? "embeddings" : KERAS_1[short];
}

/**
 * The names of Keras 3, which numbers the weights of a layer and names groups by class.
 *
 * @param {string[]} paths
 * @param {Hdf5} file
 * @param {KerasLayer[]} layers
 */
export function numberedNames(paths, file, layers) {
  const byGroup = groupsOf(layers);
  const types = new Map(layers.map((layer) => [layer.name, layer]));
  const counts = new Map();
  for (const path of paths) counts.set(groupOf(path), (counts.get(groupOf(path)) ?? 0) + 1);
  return unique(paths, (path) => {
    const group = groupOf(path);
    const name = layerOfGroup(group, file, byGroup);
    const index = Number(path.slice(path.lastIndexOf("/") + 1));
    const weights = weightsOfLayer(
      types.get(name),
      group,
      counts.get(group),
      file.datasets.get(path)?.shape.length,
    );
    return `${name}/${weights[index] ?? index}`;
  });
}

/** @param {string} path */
const groupOf = (path) => path.slice(0, path.lastIndexOf("/vars/"));

/**
 * The layer of a group: from the group's attribute (Keras since 3.6), else from the configuration,
 * else the group's name.
 *
 * @param {string} group "layers/sequential/layers/dense_1"
 * @param {Hdf5} file
 * @param {Map<string, string>} byGroup
 */
function layerOfGroup(group, file, byGroup) {
  const parts = group.split("/");
  let name = "";
  let plain = "";
  for (let n = 0; n < parts.length; n++) {
    if (CONTAINERS.has(parts[n])) continue;
    const named = file.attributes.get([...parts.slice(0, n + 1), "vars"].join("/"))?.name;
    plain = plain ? `${plain}/${parts[n]}` : parts[n];
    const own =
      typeof named === "string" && named
        ? named
        : (byGroup.get(plain)?.split("/").at(-1) ?? parts[n]);
    name = name ? `${name}/${own}` : own;
  }
  return name;
}

/**
 * The layer of each group: Keras 3 counts the layers of a class in the configuration's order.
 *
 * @param {KerasLayer[]} layers
 */
function groupsOf(layers) {
  const groups = new Map();
  const counts = new Map();
  const byName = new Map();
  const depthOf = (/** @type {KerasLayer} */ { name }) => name.split("/").length;
  const once = layers
    .filter(({ name }) => name === weightsOf(name))
    .sort((a, b) => depthOf(a) - depthOf(b));
  for (const layer of once) {
    const at = layer.name.lastIndexOf("/");
    const outer =
      at < 0 ? "" : `${byName.get(layer.name.slice(0, at)) ?? layer.name.slice(0, at)}/`;
    const group = outer + snakeCase(layer.type);
    const count = counts.get(group) ?? 0;
    counts.set(group, count + 1);
    byName.set(layer.name, count ? `${group}_${count}` : group);
    groups.set(byName.get(layer.name), layer.name);
  }
  return groups;
}

/** @param {string} name "BatchNormalization" -> "batch_normalization" */
function snakeCase(name) {
  return name
    .replace(/\W+/g, "")
    .replace(/(.)([A-Z][a-z]+)/g, "$1_$2")
    .replace(/([a-z])([A-Z])/g, "$1_$2")
    .toLowerCase();
}

/**
 * @param {KerasLayer | undefined} layer
 * @param {string} group
 * @param {number} count of weights
 * @param {number | undefined} rank of one of them
 * @returns {string[]}
 */
function weightsOfLayer(layer, group, count, rank) {
  const own = group.slice(group.lastIndexOf("/") + 1).replace(/_\d+$/, "");
  const type = layer ? snakeCase(layer.type) : own;
  if (type === "embedding") return ["embeddings"];
  if (type === "dense") return ["kernel", "bias"];
  if (type.endsWith("normalization")) {
    const scale = [
      layer?.config.scale === false ? [] : "gamma",
      layer?.config.center === false ? [] : "beta",
    ].flat();
    return type === "batch_normalization" ? [...scale, "moving_mean", "moving_variance"] : scale;
  }
  if (layer || count > 2 || (count === 1 && rank !== 2)) return [];
  return count === 1 && /emb|bias/i.test(own) ? ["embeddings"] : ["kernel", "bias"];
}

/**
 * Names by path. Of two paths with the same name, the second keeps its path as its name.
 *
 * @param {string[]} paths
 * @param {(path: string) => string} nameOf
 */
function unique(paths, nameOf) {
  const taken = new Set();
  return new Map(
    paths.map((path) => {
      const name = nameOf(path);
      const own = taken.has(name) ? path : name;
      taken.add(own);
      return [path, own];
    }),
  );
}
