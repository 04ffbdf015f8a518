/** Animates rows that change places, so that the effect of a rating can be followed. */

const DURATION = 420;
const EASING = "cubic-bezier(0.2, 0.8, 0.2, 1)";

/**
 * @param {() => Iterable<HTMLElement>} rows the current rows, each with a constant `data-film`
 * @param {() => void} change rearranges them
 */
export function moveRows(rows, change) {
  if (matchMedia("(prefers-reduced-motion: reduce)").matches) return change();
  const before = new Map(Array.from(rows(), (row) => [row.dataset.film, row.offsetTop]));
  change();
  if (before.size === 0) return;
  const timing = { duration: DURATION, easing: EASING };
  const travels = Array.from(rows(), (row) => ({
    row,
    from: before.get(row.dataset.film),
    to: row.offsetTop,
  }));
  for (const { row, from, to } of travels) {
    if (from === undefined) row.animate({ opacity: [0, 1] }, timing);
    else if (from !== to)
      row.animate({ transform: [`translateY(${from - to}px)`, "none"] }, timing);
  }
}
