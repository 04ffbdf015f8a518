/** The section's texts in the current language. */
import { textsOf } from "../../state/language.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

export const learnTexts = () => textsOf({ en, ko });
