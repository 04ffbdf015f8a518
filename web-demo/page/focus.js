/**
 * Keeps the keyboard's position: when the focused row leaves its list, the focus moves to the row
 * that took its place.
 *
 * @param {() => void} change may remove the focused row
 */
export function keepFocus(change) {
  const focused = document.activeElement;
  const list = focused?.closest("[data-rows]");
  const row = focused?.closest("[data-film]");
  const place = list && row ? [...list.children].indexOf(row) : -1;
  const control = focused?.classList.contains("remove") ? ".remove" : "[tabindex='0']";
  change();
  if (place < 0 || document.activeElement === focused) return;
  const next = list.children[Math.min(place, list.children.length - 1)]?.querySelector(control);
  (next ?? document.querySelector("#search"))?.focus({ preventScroll: true });
}
