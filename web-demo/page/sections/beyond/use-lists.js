import { useModel } from "../../models/open-model.js";
import { useResult } from "../../state/use-result.js";
import { listOf, moved } from "./lists.js";

/**
 * A model's list for the visitor, with a film moved to the end and without.
 *
 * @param {string} name
 * @param {import("../../state/visitor.js").Rating[]} ratings
 * @param {number} last the film that is moved to the end; 0: none
 * @returns {{ opening: any, found?: import("./lists.js").Found, before?: any[], error?: Error }}
 */
export function useLists(name, ratings, last) {
  const opening = useModel(name);
  const { model } = opening;
  const { value, error } = useResult(async () => {
    if (!model) return undefined;
    const ordered = await listOf(model, ratings);
    const found = last === 0 ? ordered : await listOf(model, moved(ratings, last));
    return { name, found, before: ordered.list };
  }, [model, JSON.stringify(ratings), last]);
  // Another model's list does not stay under this one's name.
  return value?.name === name ? { opening, ...value, error } : { opening, error };
}
