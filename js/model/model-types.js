/**
 * What the methods of a Model take and give.
 *
 * @import { ItemId } from "../common/ids.js"
 * @import { InteractionRows } from "../common/interaction-rows.js"
 * @import { Interactions, RatedItem } from "../families/interactions.js"
 * @import { ItemList } from "../file/item-ids.js"
 * @import { History } from "../history/history.js"
 *
 * @typedef {object} Recommendation an item and its score
 * @property {ItemId} item the item's id
 * @property {number} score the model's output: a probability or a rating; or a raw score or a
 *   cosine, where that was asked for
 *
 * @typedef {object} Ranked a candidate and its score
 * @property {ItemId} item the candidate's id
 * @property {number | null} score as in a Recommendation; null for an item that the model does not
 *   know
 *
 * @typedef {object} Reason an interaction that is behind a score
 * @property {ItemId} item of the interaction
 * @property {number} [rating] of the interaction, where it has one
 * @property {number} effect by how much the raw score would be lower without the interaction
 *
 * @typedef {object} UserInput what `model.user` makes a user of
 * @property {Interactions | History} [history] interactions, the oldest first, or a history of
 *   pocketrec/history, which the user follows
 * @property {Record<string, unknown>} [features] what candidates and rankers take beside the
 *   history, by name
 * @property {ArrayLike<number>} [vector] a `user.vector` of before
 * @property {number} [id] a row of the training users' tables, where the file has them
 * @property {boolean} [fit] CDAE with one hidden layer fits the user's node to the history
 *   (docs/format.md) instead of taking the training users' mean; each change fits again
 * @property {number} [seed] of the pseudo-random numbers that fitting a tower or a node takes
 *   (default 1); the same seed and history give the same vector
 *
 * @typedef {object} Choice which items a list may hold, and how many
 * @property {number} [topK] how many
 * @property {ItemList | Iterable<RatedItem> | InteractionRows} [exclude] items to leave out: ids,
 *   rows as a Uint32Array, or interactions, as in a history
 * @property {import("../common/filter.js").Filter} [filter] the items that may be in the list: a
 *   function that is true for their ids, or a list of them. It is applied before topK
 */

export {};
