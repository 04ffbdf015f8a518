/** What a request revealed to the server, from its address. In Node too: tests use it. */

const EXPECTED = ["list", "near", "limit", "rows"];

/**
 * @typedef {object} Carried
 * @property {"file" | "tastes" | "list" | "near" | "other"} asked
 * @property {"nothing" | "draw" | "film" | "other"} revealed about the visitor
 * @property {string} [list]
 * @property {number} [near] a film's number
 * @property {number} [limit] how many films
 * @property {boolean} [hasRows] each with the features that the ranker needs
 * @property {string} [strange] what should not be in the address
 */

/**
 * @param {{ path: string, query: string }} request path: relative to the page
 * @param {ReadonlySet<string>} [drawn] lists that this device drew
 * @returns {Carried}
 */
export function carried({ path, query }, drawn = new Set()) {
  if (path === "api/tastes" && query === "") return { asked: "tastes", revealed: "nothing" };
  if (query === "") return { asked: "file", revealed: "nothing" };
  const parameters = new URLSearchParams(query);
  const strange = [...parameters.keys()].filter((name) => !EXPECTED.includes(name));
  if (path !== "api/candidates" || strange.length > 0)
    return { asked: "other", revealed: "other", strange: strange.join(", ") || query };
  const common = {
    limit: Number(parameters.get("limit")),
    hasRows: parameters.get("rows") === "1",
  };
  const near = parameters.get("near");
  if (near !== null) return { asked: "near", revealed: "film", near: Number(near), ...common };
  const list = parameters.get("list");
  return { asked: "list", revealed: drawn.has(list) ? "draw" : "nothing", list, ...common };
}
