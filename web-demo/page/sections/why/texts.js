import { textsOf } from "../../state/language.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

export const whyTexts = () => textsOf({ en, ko });
