/**
 * What a request told the server, in words, read from its address. Imports nothing: tests read it
 * too.
 */

const EXPECTED = ["list", "near", "limit", "rows"];
const NOTHING = "It carried nothing of you.";
const DRAWN =
  "That genre was drawn on this device, by chance and by your ratings: that much it carried of you, and nothing else.";

/**
 * @param {{ path: string, query: string }} request as the browser recorded it
 * @param {(film: number) => string | undefined} titleOf
 * @param {ReadonlySet<string>} [drawn] lists that this device drew
 * @returns {{ asked: string, told: string, isOfYou: boolean }} two sentences; isOfYou: whether
 *   anything of it is the visitor's
 */
export function carried({ path, query }, titleOf, drawn = new Set()) {
  if (query === "")
    return { asked: `It asked for a file, ${path}.`, told: NOTHING, isOfYou: false };
  const told = new URLSearchParams(query);
  const strange = [...told.keys()].filter((name) => !EXPECTED.includes(name));
  if (path !== "/api/candidates" || strange.length > 0) {
    return {
      asked: `It asked for ${path}${query}.`,
      told: `It carried ${strange.join(", ") || query}.`,
      isOfYou: true,
    };
  }
  const count = `${told.get("limit") ?? "some"} films`;
  const rows = told.get("rows") ? ", each with what the ranker has to know of it" : "";
  const near = told.get("near");
  if (near === null) {
    const asked = `It asked for ${count} of the list “${told.get("list")}”${rows}.`;
    if (drawn.has(told.get("list"))) return { asked, told: DRAWN, isOfYou: true };
    return { asked, told: NOTHING, isOfYou: false };
  }
  const title = titleOf(Number(near)) ?? "a film";
  return {
    asked: `It asked for ${count} around “${title}”${rows}.`,
    told: `It carried that one film’s number, ${near}, because you pressed its button, and nothing else of you.`,
    isOfYou: true,
  };
}
