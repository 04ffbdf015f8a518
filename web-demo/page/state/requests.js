/**
 * The browser's own record of this page's requests, which the page shows.
 */

const ENTRIES_KEPT = 2000; // the default of browsers is 250

/**
 * @typedef {{ path: string, query: string, received: number, at: number, isAnswered: boolean }}
 *   PageRequest `at`: as performance.now()
 * @param {(requests: PageRequest[]) => void} onChange called with all requests so far whenever
 *   there are new ones
 */
export function watchRequests(onChange) {
  performance.setResourceTimingBufferSize(ENTRIES_KEPT);
  const report = () => onChange([...entries("navigation"), ...entries("resource")].map(describe));
  new PerformanceObserver(report).observe({ type: "resource" });
  report();
}

function entries(type) {
  return performance.getEntriesByType(type);
}

/**
 * A cached file has a `transferSize` of 0, or of its header alone. A request without an answer has
 * the status 0; in browsers without a status it counts as answered.
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
