/** Light or dark: the visitor's last choice, else the system's. */
import { computed, effect, signal } from "@preact/signals";
import { keep, kept } from "./storage.js";

const KEY = "theme";

/** @typedef {"system" | "light" | "dark"} Theme */
export const THEMES = /** @type {const} */ (["system", "light", "dark"]);

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
const system = signal(systemIsDark.matches ? "dark" : "light");
systemIsDark.addEventListener(
  "change",
  ({ matches }) => (system.value = matches ? "dark" : "light"),
);

/** What the visitor chose. @type {import("@preact/signals").Signal<Theme>} */
export const theme = signal(THEMES.includes(kept(KEY)) ? kept(KEY) : "system");

/** What is shown, "light" or "dark". A canvas that reads colours reads this too. */
export const scheme = computed(() => (theme.value === "system" ? system.value : theme.value));

effect(() => void (document.documentElement.dataset.theme = scheme.value));

/** @param {Theme} chosen */
export function chooseTheme(chosen) {
  theme.value = chosen;
  keep(KEY, chosen === "system" ? null : chosen);
}
