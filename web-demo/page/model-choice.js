/** Which model the visitor chose: kept in this browser's storage, where it is not the first one. */
import { FIRST_MODEL, MODELS } from "./models.js";

const KEY = "pocketrec-demo-model";

/** @param {Storage | null} storage */
export function chosenBefore(storage) {
  try {
    const name = storage?.getItem(KEY);
    return name && Object.hasOwn(MODELS, name) ? name : FIRST_MODEL;
  } catch {
    return FIRST_MODEL;
  }
}

/**
 * @param {Storage | null} storage
 * @param {string} name
 */
export function keepChoice(storage, name) {
  try {
    if (name === FIRST_MODEL) storage?.removeItem(KEY);
    else storage?.setItem(KEY, name);
  } catch {
    // full or forbidden: the choice lasts as long as the page
  }
}

/** Reading the property alone throws where the browser forbids storage. */
export function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
