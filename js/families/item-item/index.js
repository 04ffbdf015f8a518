import { MONOTONIC } from "../activations.js";
import { placeItemItem } from "./place.js";
import { planItemItem } from "./plan.js";
import { ItemItemUserEncoder } from "./users.js";

/**
 * Item to item: a matrix with what an interaction with one item says of another. EASE (Steck, WWW
 * 2019), SLIM (Ning and Karypis, ICDM 2011), ItemKNN (Deshpande and Karypis, TOIS 2004), ELSA
 * (Vancura et al., RecSys 2022).
 *
 * @type {import("../family.js").Family<"item-item">}
 */
export const itemItem = {
  kinds: {
    "item-item": {
      activation: "identity",
      activations: ["identity"],
      output: "identity",
      outputs: MONOTONIC,
      input: { values: "binary", normalize: "none" },
    },
  },
  core: "item_item",
  plan: planItemItem,
  place: placeItemItem,
  userEncoder: (engine, plan) => new ItemItemUserEncoder(engine, plan),
};
