import { fetchWeights } from "../cache/fetch-weights.js";

/**
 * What a worker offers beside the models in it.
 * @param {(source: any, options: any) => Promise<any>} loadModel
 */
export const rootOf = (loadModel) => ({
  /**
   * As `loadModel`, and of weights that a manifest names also from the browser's cache.
   * @param {any} source
   * @param {any} options
   */
  async loadModel(source, options) {
    if (source?.manifest === undefined) return loadModel(source, options);
    const { bytes, ...weights } = await fetchWeights(source.manifest, source.name, options);
    const { code, message } = weights.warning ?? {};
    return Object.assign(await loadModel(bytes, options), {
      weights: { ...weights, warning: code && { code, message } },
    });
  },
});
