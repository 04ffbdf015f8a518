/**
 * Where one looks in the network, from the overview to a single number; the address holds it as
 * text: `encoder`, `code.37` (a number of the code), `code.37.260` (what film 260 adds to it),
 * `decoder`, `film.1270` (a score), `film.1270.37` (what number 37 adds to it).
 *
 * @typedef {{ level: "overview" }
 *   | { level: "encoder" | "decoder" }
 *   | { level: "code", k: number }
 *   | { level: "film", item: number }
 *   | { level: "code-term" | "film-term", k: number, item: number }} Look
 */

export const OVERVIEW = "overview";

/**
 * The place, or the overview where this network has no such place.
 *
 * @param {string} text
 * @param {{ width: number, inputs: ReadonlySet<number>, films: ReadonlySet<number> }} network width
 *   of the code, films of the history, films with a score
 * @returns {Look}
 */
export function parseLook(text, { width, inputs, films }) {
  const [place, first, second] = text.split(".");
  const isCode = (k) => /^\d+$/.test(k ?? "") && Number(k) < width;
  const isOf = (set, item) => set.has(Number(item));
  if (text === "encoder" || text === "decoder") return { level: text };
  if (place === "code" && isCode(first)) {
    if (second === undefined) return { level: "code", k: Number(first) };
    if (isOf(inputs, second)) return { level: "code-term", k: Number(first), item: Number(second) };
  }
  if (place === "film" && isOf(films, first)) {
    if (second === undefined) return { level: "film", item: Number(first) };
    if (isCode(second)) return { level: "film-term", item: Number(first), k: Number(second) };
  }
  return { level: "overview" };
}

/** The places on the way from the overview to a place, as texts. @param {Look} look */
export function pathTo(look) {
  const code = ["encoder", `code.${look.k}`];
  const film = ["decoder", `film.${look.item}`];
  const path = {
    overview: [],
    encoder: ["encoder"],
    decoder: ["decoder"],
    code,
    film,
    "code-term": [...code, `code.${look.k}.${look.item}`],
    "film-term": [...film, `film.${look.item}.${look.k}`],
  }[look.level];
  return [OVERVIEW, ...path];
}
