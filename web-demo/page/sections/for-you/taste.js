/** A genre that this device drew from the visitor's taste, and whether it could. */
import { signal } from "@preact/signals";
import { drawTaste } from "../../ranking/blurred-taste.js";
import { ledger, ratings } from "../../state/visitor.js";

/** All draws of this visit, by list. */
export const drawn = signal(new Map());

/** Why the last draw failed: "budget-spent", or a message. */
export const failure = signal(null);

/** @returns {Promise<string | null>} the list to ask the server for */
export async function draw() {
  failure.value = null;
  try {
    const draw = await drawTaste(ratings.value, ledger());
    drawn.value = new Map([...drawn.value, [draw.list, draw]]);
    return draw.list;
  } catch (error) {
    failure.value = error.code ?? error.message;
    return null;
  }
}

export function forgetTaste() {
  drawn.value = new Map();
  failure.value = null;
}
