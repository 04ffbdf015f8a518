/** The catalogue, once it is there: the same file for every visitor. */
import { signal } from "@preact/signals";
import { loadCatalogue } from "./catalogue.js";

/** @type {import("@preact/signals").Signal<import("./catalogue.js").Catalogue | null>} */
export const catalogue = signal(null);

export async function openCatalogue() {
  catalogue.value = await loadCatalogue();
}
