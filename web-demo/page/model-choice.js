/** The model that the visitor chose, in this browser's storage if it is not the default. */
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
    // Storage is full or blocked: the choice ends with the page.
  }
}

/** Where the browser blocks storage, reading the property throws. */
export function browserStorage() {
  try {
    return window.localStorage;
  } catch {
    return null;
  }
}
