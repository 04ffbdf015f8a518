import { PocketrecError, show } from "../../../js/common/errors.js";
import { readHdf5 } from "./hdf5.js";
import { layersOf, parseConfig } from "./keras-config.js";
import { legacyNames, numberedNames } from "./keras-names.js";

/**
 * @typedef {import("../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../checkpoint.js").KerasLayer} KerasLayer
 * @typedef {import("./hdf5-walk.js").Hdf5} Hdf5
 */

const JSON_MAX = 2 ** 26;
const WEIGHTS_MAX = 2 ** 31;

/** Datasets that are no weights: optimizer state, and state of random generators. */
const NOT_WEIGHTS = /(^|\/)(optimizer|optimizer_weights|seed_generator|_seed_generators?)(\/|$)/;

/**
 * Reads a Keras file: HDF5 of Keras 1, 2 or 3 (`save`, `save_weights`), or a ".keras" archive of
 * Keras 3. The code of Lambda layers is never executed.
 *
 * @param {Uint8Array} bytes
 * @returns {Promise<Checkpoint>}
 */
export async function readKeras(bytes) {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) return readArchive(bytes);
  const file = await readHdf5(bytes);
  const root = file.attributes.get("") ?? {};
  const inner = file.attributes.get("model_weights") ?? {};
  const model =
    typeof root.model_config === "string"
      ? parseConfig(root.model_config, "model_config")
      : undefined;
  return checkpointOf(file, model, { ...settingsOf(inner), ...settingsOf(root) });
}

/** @param {Record<string, unknown>} attributes */
function settingsOf({ keras_version, backend }) {
  return Object.fromEntries(
    Object.entries({ keras_version, backend }).filter(([, value]) => typeof value === "string"),
  );
}

/** @param {Uint8Array} bytes */
async function readArchive(bytes) {
  const { openZip } = await import("./zip.js");
  const zip = await openZip(bytes);
  for (const name of ["config.json", "model.weights.h5"]) {
    if (zip.has(name)) continue;
    throw new PocketrecError(
      "unknown-format",
      "file",
      `a .keras archive with ${name}`,
      `one of ${show(zip.names)}`,
    );
  }
  const model = parseConfig(await readText(zip, "config.json"), "config.json");
  const metadata = zip.has("metadata.json")
    ? parseConfig(await readText(zip, "metadata.json"), "metadata.json")
    : {};
  const file = await readHdf5(await zip.read("model.weights.h5", { bytesMax: WEIGHTS_MAX }));
  return checkpointOf(
    file,
    model,
    settingsOf(/** @type {Record<string, unknown>} */ (metadata ?? {})),
  );
}

/**
 * @param {{ read: (name: string, options: { bytesMax: number }) => Promise<Uint8Array> }} zip
 * @param {string} name
 */
async function readText(zip, name) {
  return new TextDecoder().decode(await zip.read(name, { bytesMax: JSON_MAX }));
}

/**
 * @param {Hdf5} file
 * @param {unknown} model its configuration, or undefined
 * @param {Record<string, unknown>} settings
 * @returns {Checkpoint}
 */
function checkpointOf(file, model, settings) {
  const graph = hasLayers(model) ? layersOf(model) : undefined;
  const names = namesOf(file, graph?.layers ?? []);
  const tensors = new Map();
  for (const [path, name] of names) tensors.set(name, file.datasets.get(path));
  return { format: "keras", tensors, classes: new Map(), settings, ...graphOf(graph) };
}

/** @param {ReturnType<typeof layersOf> | undefined} graph */
function graphOf(graph) {
  if (!graph) return {};
  const { layers, ...ends } = graph;
  return { layers, ends };
}

/**
 * Whether a configuration has layers: a subclassed model's has none, since it is code.
 *
 * @param {unknown} model
 */
function hasLayers(model) {
  const { config } = /** @type {{ config?: { layers?: unknown } }} */ (model ?? {});
  return Array.isArray(config) || Array.isArray(config?.layers);
}

/**
 * @param {Hdf5} file
 * @param {KerasLayer[]} layers
 * @returns {Map<string, string>} path in the file -> name
 */
function namesOf(file, layers) {
  const paths = [...file.datasets.keys()].filter((path) => !NOT_WEIGHTS.test(path));
  const numbered = paths.filter((path) => /\/vars\/\d+$/.test(path));
  if (numbered.length) {
    const own = numberedNames(numbered, file, layers);
    return new Map(paths.map((path) => [path, own.get(path) ?? path]));
  }
  const within = paths.filter((path) => path.startsWith("model_weights/"));
  if (!within.length)
    return legacyNames(
      paths,
      file.attributes.get("")?.layer_names ?? numberedList(file, ""),
      layers,
    );
  const layerNames =
    file.attributes.get("model_weights")?.layer_names ?? numberedList(file, "model_weights");
  const inner = legacyNames(
    within.map((path) => path.slice("model_weights/".length)),
    layerNames,
    layers,
  );
  return new Map([...inner].map(([path, name]) => [`model_weights/${path}`, name]));
}

/**
 * The layers' names, where the list is split over attributes: layer_names0, layer_names1, ...
 *
 * @param {Hdf5} file
 * @param {string} group
 */
function numberedList(file, group) {
  const attributes = file.attributes.get(group) ?? {};
  const names = [];
  for (let k = 0; ; k++) {
    const some = attributes[`layer_names${k}`];
    if (!Array.isArray(some)) return names.map(String);
    names.push(...some);
  }
}
