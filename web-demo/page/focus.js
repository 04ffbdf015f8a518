/**
 * A row that is rated or removed leaves its list and takes the keyboard's focus with it. The focus
 * then goes to the row that took its place, so that the keyboard goes on where it was.
 *
 * @param {() => void} change what may take the focused row away
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
