/**
 * What the browser itself says this page has asked for: the page shows it, so that its promise can
 * be checked.
 */

const ENTRIES_KEPT = 2000; // browsers stop at 250 if they are not asked

/**
 * @typedef {{ path: string, query: string, received: number, at: number, isAnswered: boolean }}
 *   PageRequest `at`: as performance.now()
 * @param {(requests: PageRequest[]) => void} onChange called with all requests so far whenever
 *   there are new ones
 */
export function watchRequests(onChange) {
  performance.setResourceTimingBufferSize(ENTRIES_KEPT);
  const tell = () => onChange([...entries("navigation"), ...entries("resource")].map(describe));
  new PerformanceObserver(tell).observe({ type: "resource" });
  tell();
}

function entries(type) {
  return performance.getEntriesByType(type);
}

/**
 * What the browser already had costs nothing to receive: `transferSize` is then 0, or that of a
 * bare header. Where nobody answered the status is 0; browsers that do not tell the status get the
 * benefit of the doubt.
 */
function describe(entry) {
  const { origin, pathname, search } = new URL(entry.name);
  const path = origin === location.origin ? pathname : origin + pathname;
  return {
    path,
    query: search,
    received: entry.transferSize,
    at: entry.startTime,
    isAnswered: entry.responseStatus !== 0,
  };
}
