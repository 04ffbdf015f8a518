import { catalogue } from "../../models/films.js";
import { textsOf } from "../../state/language.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

export const sectionTexts = () => textsOf({ en, ko });

/**
 * A film's title, without its other title in brackets: the pictures are small.
 * @param {number} item
 */
export const titleOf = (item) =>
  (catalogue.value.get(item)?.title ?? String(item)).replace(/ \(.*\)$/, "");
