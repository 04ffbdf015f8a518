/**
 * Models from weights that this browser keeps: the second visit fetches none that are still the
 * same (docs/cache.md).
 */

const MANIFEST = "/models/manifest.json";

/**
 * The package is imported here and not at the top, so that the page stands before a model arrives,
 * and so that a failed download can be tried again.
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

/** What is kept of weights goes. */
export async function eraseKept() {
  const { eraseWeights } = await import("/dist/cache.js");
  await eraseWeights();
}
