/**
 * pocketrec/packs: candidate packs, which a server makes. A pack is a list of items that bring
 * their own rows, so that the device needs no rows of the rest of the catalogue.
 */
import { PackMaker as PackMakerClass } from "./packs/pack-maker.js";

export { PocketrecError } from "./common/errors.js";

/**
 * @typedef {import("./packs/pack-maker.js").PackMaker} PackMaker
 */

/**
 * Opens a weights file to make candidate packs of it.
 *
 * @param {ArrayBuffer | Uint8Array} file the bytes of a weights file of kind "gmf", "mlp", "neumf",
 *   "candidates" or "ranker"
 * @returns {PackMaker}
 * @throws {import("./common/errors.js").PocketrecError} with a `code`: what is wrong with the file
 *
 * @example
 * import { readFile, writeFile } from "node:fs/promises";
 *
 * const maker = packMaker(await readFile(new URL(books)));
 * await writeFile("today.safetensors", maker.pack(["Cold Ink", "One Glove"]));
 */
export function packMaker(file) {
  return new PackMakerClass(file);
}
