import { textsOf } from "../state/language.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

/** The texts of the page's frame. */
export const frameTexts = () => textsOf({ en, ko });
