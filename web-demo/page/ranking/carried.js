/**
 * What a request revealed to the server, in sentences, from its address. Without imports: tests use
 * it too.
 */

const EXPECTED = ["list", "near", "limit", "rows"];
const NOTHING = "It revealed nothing about you.";
const DRAWN =
  "This device drew the genre, by chance and by your ratings. It revealed that draw, nothing else.";

/**
 * @param {{ path: string, query: string }} request as the browser recorded it
 * @param {(film: number) => string | undefined} titleOf
 * @param {ReadonlySet<string>} [drawn] lists that this device drew
 * @returns {{ asked: string, revealed: string, isOfYou: boolean }} two sentences; isOfYou: whether
 *   it revealed anything about the visitor
 */
export function carried({ path, query }, titleOf, drawn = new Set()) {
  const answer = (asked, revealed = NOTHING) => ({
    asked: `It asked for ${asked}.`,
    revealed,
    isOfYou: revealed !== NOTHING,
  });
  if (query === "") return answer(`a file, ${path}`);
  const parameters = new URLSearchParams(query);
  const strange = [...parameters.keys()].filter((name) => !EXPECTED.includes(name));
  if (path !== "/api/candidates" || strange.length > 0)
    return answer(`${path}${query}`, `It contained ${strange.join(", ") || query}.`);
  const count = `${parameters.get("limit") ?? "some"} films`;
  const rows = parameters.get("rows") ? ", each with the features that the ranker needs" : "";
  const near = parameters.get("near");
  if (near === null) {
    const list = parameters.get("list");
    return answer(`${count} of the list “${list}”${rows}`, drawn.has(list) ? DRAWN : NOTHING);
  }
  return answer(
    `${count} around “${titleOf(Number(near)) ?? "a film"}”${rows}`,
    `It contained that film’s number, ${near}, because you pressed its button, and nothing else.`,
  );
}
