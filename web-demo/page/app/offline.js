const DELAY = 2000; // ms after the page is there: the first models come first

/**
 * Has the browser keep the page for visits without a network. The worker that does is made by the
 * build (vite/offline.js).
 */
export function keepForOffline() {
  if (!import.meta.env.PROD || !navigator.serviceWorker?.register) return;
  const register = () =>
    navigator.serviceWorker.register("sw.js").catch(() => {
      // Storage is blocked, or the host has no sw.js: the page works with a network only.
    });
  addEventListener("load", () => setTimeout(register, DELAY), { once: true });
}
