/**
 * Models from cached weights: a second visit downloads only what changed (docs/cache.md).
 */

const MANIFEST = "/models/manifest.json";

/**
 * The package is imported here, not at the top, so that the page appears before a model is loaded,
 * and a failed download can be tried again.
 *
 * @param {string} address of the weights file
 * @param {{ signal?: AbortSignal, onProgress?: (progress: { loaded: number, total?: number }) =>
 *   void }} [options]
 */
export async function loadKept(address, options = {}) {
  const [{ loadModel }, { fetchWeights }] = await Promise.all([
    import("/dist/index.js"),
    import("/dist/cache.js"),
  ]);
  const name = address.match(/([^/]+)\.safetensors$/)[1];
  const { bytes } = await fetchWeights(MANIFEST, name, options);
  return { model: await loadModel(bytes, { signal: options.signal }), size: bytes.length };
}

/** Deletes the cached weights. */
export async function eraseKept() {
  const { eraseWeights } = await import("/dist/cache.js");
  await eraseWeights();
}
