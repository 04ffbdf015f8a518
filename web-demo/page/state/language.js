/** The language of the page: of the address, else the visitor's last choice, else the browser's. */
import { computed, signal } from "@preact/signals";

const KEY = "language";

/** @typedef {"en" | "ko"} Language */
export const LANGUAGES = /** @type {const} */ ({ en: "English", ko: "한국어" });

export const language = signal(first());

/**
 * The texts of a part of the page in the current language.
 *
 * @template T
 * @param {{ en: T, ko: T }} texts with the same keys; a text with values in it is a function
 * @returns {T}
 * @example
 * const t = textsOf({ en, ko }); // in a component: it is drawn again when the language changes
 * t.title;
 */
export const textsOf = (texts) => texts[language.value];

/** @param {Language} chosen */
export function chooseLanguage(chosen) {
  language.value = chosen;
  try {
    localStorage.setItem(KEY, chosen);
  } catch {
    // Storage is blocked: the choice ends with the page.
  }
}

/**
 * A number as the language writes it.
 * @param {number} value
 * @param {number} [digits] after the point
 */
export const formatNumber = (value, digits = 0) =>
  formatter(digits).value.format(Math.abs(value) < 0.5 * 10 ** -digits ? 0 : value);

const formatters = new Map();
function formatter(digits) {
  if (!formatters.has(digits))
    formatters.set(
      digits,
      computed(
        () =>
          new Intl.NumberFormat(language.value, {
            minimumFractionDigits: digits,
            maximumFractionDigits: digits,
          }),
      ),
    );
  return formatters.get(digits);
}

function first() {
  const asked = new URLSearchParams(location.hash.split("?")[1]).get("lang");
  return [asked, kept(), navigator.language.slice(0, 2)].find((code) => code in LANGUAGES) ?? "en";
}

function kept() {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
