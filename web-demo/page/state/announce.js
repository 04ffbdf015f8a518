/** What a screen reader is told, once things have come to rest. */
import { signal } from "@preact/signals";

const REST = 600; // ms without a newer text

/** @type {import("@preact/signals").Signal<string>} */
export const announcement = signal("");

let timer;

/** @param {string} text */
export function announce(text) {
  clearTimeout(timer);
  timer = setTimeout(() => (announcement.value = text), REST);
}
