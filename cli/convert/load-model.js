import { modules } from "../../dist/modules.js";
import { readSource } from "../../js/file/source.js";
import { load } from "../../js/model/load.js";

/**
 * Loads a model from the bytes of a weights file.
 *
 * @param {Uint8Array} bytes
 * @param {import("../../js/model/load.js").LoadOptions} [options]
 * @returns {Promise<import("../../js/model/model.js").Model>}
 */
export const loadModel = (bytes, options = {}) => load(bytes, options, readSource, modules);
