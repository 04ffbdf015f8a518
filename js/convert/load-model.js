import { readSource } from "../file/source.js";
import { load } from "../model/load.js";

/**
 * Loads a model from the bytes of a weights file.
 *
 * @param {Uint8Array} bytes
 * @param {import("../model/load.js").LoadOptions} [options]
 * @returns {Promise<import("../model/model.js").Model>}
 */
export const loadModel = (bytes, options = {}) => load(bytes, options, readSource);
