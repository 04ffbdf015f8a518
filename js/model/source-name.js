/**
 * What errors call a source: its path or address, or a File's name; undefined for bytes.
 *
 * @param {any} source
 * @returns {string | undefined}
 */
export const nameOf = (source) =>
  typeof source === "string" || source instanceof URL ? `${source}` : source?.url || source?.name;
