// The readers under test, by name. Each is imported by the process that tries it.

/** @typedef {import("./readers/reader.js").Reader} Reader */

const checkpoint = (/** @type {string} */ name) => async () =>
  (await import("./readers/checkpoints.js")).checkpoints[name];
const table = (/** @type {string} */ name) => async () =>
  (await import("./readers/tables.js")).tables[name];

/** @type {Record<string, () => Promise<Reader>>} */
export const READERS = {
  weights: async () => (await import("./readers/weights.js")).weights,
  packs: async () => (await import("./readers/packs.js")).packs,
  manifests: async () => (await import("./readers/manifests.js")).manifests,
  imports: async () => (await import("./readers/histories.js")).imports,
  histories: async () => (await import("./readers/histories.js")).histories,
  indexes: async () => (await import("./readers/indexes.js")).indexes,
  torch: checkpoint("torch"),
  numpy: checkpoint("numpy"),
  safetensors: checkpoint("safetensors"),
  onnx: checkpoint("onnx"),
  keras: checkpoint("keras"),
  ratings: table("ratings"),
  negatives: table("negatives"),
  lists: table("lists"),
  expect: table("expect"),
  ids: table("ids"),
  "command-line": async () => (await import("./readers/command-line.js")).commandLine,
};
