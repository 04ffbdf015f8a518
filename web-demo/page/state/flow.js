/**
 * What the overview above every section shows: the numbers of the last list, from history to list.
 * A section sets it whenever it computes a list.
 *
 * @typedef {object} Flow
 * @property {string} model its label
 * @property {number} history interactions that went in
 * @property {ArrayLike<number>} [vector] of the user
 * @property {number} candidates
 * @property {number} [best] the highest score
 * @property {number[]} list film ids
 * @property {number} [time] ms, from history to list
 */
import { signal } from "@preact/signals";

/** @type {import("@preact/signals").Signal<Flow | null>} */
export const flow = signal(null);

/** @param {Flow | null} shown */
export const showFlow = (shown) => (flow.value = shown);
