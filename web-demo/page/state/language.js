/** The language of the page: of the address, else the visitor's last choice, else the browser's. */
import { computed, effect, signal } from "@preact/signals";
import { parameter, write } from "./address.js";
import { keep, kept } from "./storage.js";

const KEY = "language";
const LANGUAGE = "lang"; // in the address

/** @typedef {"en" | "ko"} Language */
export const LANGUAGES = /** @type {const} */ ({ en: "English", ko: "한국어" });

export const language = signal(first());

effect(() => {
  const asked = parameter(LANGUAGE);
  if (isLanguage(asked)) language.value = asked;
});

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
  if (parameter(LANGUAGE) !== null) write(LANGUAGE, chosen);
  keep(KEY, chosen);
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

/** An address or the storage may say anything: "constructor" is in every object. */
function isLanguage(code) {
  return Object.hasOwn(LANGUAGES, code);
}

function first() {
  return [kept(KEY), navigator.language.slice(0, 2)].find(isLanguage) ?? "en";
}
