/** The shortest piece that is copied: what brotli compresses best. */
const LEAST = 200;
/** So many places of a piece are compared. */
const PLACES = 50;

/**
 * What makes a text of another one, as `patched` of js/runtime/module-text.js reads it: by turns
 * new characters, how far the place of the next copy is from the end of the last one, and how long
 * the copy is.
 *
 * @param {string} base
 * @param {string} text
 * @returns {(string | number)[]}
 */
export function patchOf(base, text) {
  const placesOf = indexOf(base);
  const patch = [];
  let added = "";
  for (let at = 0, end = 0; at < text.length;) {
    const places = [end, ...(placesOf.get(text.slice(at, at + LEAST)) ?? [])];
    const copies = places.map((place) => ({ place, length: equalLength(base, place, text, at) }));
    const { place, length } = copies.reduce((best, one) => (one.length > best.length ? one : best));
    if (length < LEAST) added += text[at++];
    else {
      patch.push(added, place - end, length);
      added = "";
      at += length;
      end = place + length;
    }
  }
  return [...patch, added];
}

/** @param {string} base @returns {Map<string, number[]>} */
function indexOf(base) {
  const placesOf = new Map();
  for (let at = 0; at + LEAST <= base.length; at++) {
    const piece = base.slice(at, at + LEAST);
    const places = placesOf.get(piece) ?? [];
    if (places.length < PLACES) placesOf.set(piece, [...places, at]);
  }
  return placesOf;
}

/**
 * @param {string} base
 * @param {number} place
 * @param {string} text
 * @param {number} at
 */
function equalLength(base, place, text, at) {
  let length = 0;
  while (at + length < text.length && base[place + length] === text[at + length]) length++;
  return length;
}
