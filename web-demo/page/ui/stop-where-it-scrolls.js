/**
 * What is wider than its place is a stop of the Tab key: the arrow keys then scroll it.
 *
 * @param {HTMLElement} element
 * @returns {() => void} ends it: for useEffect
 */
export function stopWhereItScrolls(element) {
  const observer = new ResizeObserver(() => {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute("tabindex");
  });
  observer.observe(element);
  if (element.firstElementChild) observer.observe(element.firstElementChild);
  return () => observer.disconnect();
}
