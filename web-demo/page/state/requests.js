/**
 * The browser's own record of this page's requests, and of those of its worker, which the page
 * shows.
 */
import { signal } from "@preact/signals";

const ENTRIES_KEPT = 2000; // the default of browsers is 250

/**
 * @typedef {{ path: string, query: string, received: number, at: number, isAnswered: boolean }}
 *   PageRequest path: relative to the page, where it is below it; at: ms since 1970
 */

/** On which the worker tells of its requests (models/thread.js). Each tab has its own. */
export const CHANNEL = `pocketrec-${Math.random()}`;

/** All so far, the first first. @type {import("@preact/signals").Signal<PageRequest[]>} */
export const requests = signal([]);

/** To be called once. */
export function watchRequests() {
  performance.setResourceTimingBufferSize?.(ENTRIES_KEPT);
  const take = (entries) =>
    (requests.value = [...requests.peek(), ...entries.map(describe)].sort((a, b) => a.at - b.at));
  for (const type of ["navigation", "resource"])
    new PerformanceObserver((list) => take(list.getEntries().map(absolute))).observe({
      type,
      buffered: true,
    });
  new BroadcastChannel(CHANNEL).onmessage = ({ data }) => take(data);
}

/** With the time in ms since 1970: a worker counts from its own start. */
function absolute({ name, startTime, transferSize, responseStatus }) {
  return { name, transferSize, responseStatus, startTime: startTime + performance.timeOrigin };
}

/**
 * A cached file has a `transferSize` of 0, or of its header alone. A request without an answer has
 * the status 0; in browsers without a status it counts as answered.
 */
function describe({ name, startTime, transferSize, responseStatus }) {
  const { origin, pathname, search } = new URL(name);
  const here = new URL(".", document.baseURI);
  const path = origin === here.origin ? pathname : origin + pathname;
  return {
    path: path.startsWith(here.pathname) ? path.slice(here.pathname.length) : path,
    query: search,
    received: transferSize,
    at: startTime,
    isAnswered: responseStatus !== 0,
  };
}
