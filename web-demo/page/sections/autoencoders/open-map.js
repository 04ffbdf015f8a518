/** The map, from the file that training made. */
import { openInsides } from "../../models/insides.js";
import { mapOf } from "./film-map.js";

/** @type {Promise<import("./film-map.js").FilmMap> | undefined} */
let opened;

/** @param {(item: number) => { genres: string[] } | undefined} filmOf */
export function openMap(filmOf) {
  if (!opened) {
    opened = load(filmOf);
    opened.catch(() => (opened = undefined));
  }
  return opened;
}

async function load(filmOf) {
  const response = await fetch("models/map.json");
  if (!response.ok) throw new Error(`The map did not arrive: ${response.status}.`);
  const { model, x, y } = await response.json();
  const { items } = await openInsides(model);
  return mapOf(items, x, y, filmOf);
}
