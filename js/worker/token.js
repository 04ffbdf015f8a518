/** A name that no other page, worker or copy of this module gives; it cannot be guessed. */
export const newToken = () => crypto.getRandomValues(new Uint32Array(4)).join("-");
