/** The sections in the order in which they are read. Each is loaded when it is opened. */

const ORDER = [
  "for-you",
  "why",
  "ncf",
  "learn",
  "autoencoders",
  "two-stages",
  "new-here",
  "privacy",
  "speed",
  "beyond",
];

const loaders = import.meta.glob("../sections/*/index.jsx");

/** @type {{ id: string, load: () => Promise<{ default: import("preact").ComponentType }> }[]} */
export const SECTIONS = ORDER.map((id) => ({
  id,
  load: /** @type {any} */ (loaders[`../sections/${id}/index.jsx`]),
})).filter(({ load }) => load);
