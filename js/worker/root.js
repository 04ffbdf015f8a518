import { fetchWeights } from "../cache/fetch-weights.js";

/**
 * The object with the id "root" in a worker.
 * @param {(source: any, options: any) => Promise<any>} loadModel
 */
export const makeRoot = (loadModel) => ({
  /**
   * As `loadModel`; weights of a manifest come from the browser's cache.
   *
   * @param {any} source
   * @param {any} options
   */
  async loadModel(source, options) {
    if (source?.manifest === undefined) return loadModel(source, options);
    const { timeout, ...rest } = options;
    const { signal, onProgress } = rest;
    const fetching = { signal, onProgress, timeout };
    const { bytes, ...weights } = await fetchWeights(source.manifest, source.name, fetching);
    const model = await loadModel(bytes, rest);
    const { code, message } = weights.warning ?? {};
    return Object.assign(model, { weights: { ...weights, warning: code && { code, message } } });
  },
});
