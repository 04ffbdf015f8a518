/**
 * pocketrec/packs: candidate packs, which a server makes. A pack is a list of items that bring
 * their own rows, so that the device needs no rows of the rest of the catalogue.
 */
import { PackMaker } from "./packs/pack-maker.js";

export { PocketrecError } from "./common/errors.js";

/**
 * Opens a weights file to make candidate packs of it.
 *
 *     const maker = packMaker(await readFile("films.safetensors"));
 *     await writeFile("today.safetensors", maker.pack([2571, 1, 589]));
 *
 * @param {ArrayBuffer | Uint8Array} file the bytes of a weights file of kind "gmf", "mlp", "neumf",
 *   "candidates" or "ranker"
 * @returns {PackMaker}
 * @throws {import("./common/errors.js").PocketrecError} with a `code`: what is wrong with the file
 */
export function packMaker(file) {
  return new PackMaker(file);
}
