/* global FILES, VERSION */

/**
 * Keeps the page for visits without a network. A visit is answered from one build, whole: the files
 * that its worker stored when it was installed. Meanwhile the browser looks for a new build, whose
 * worker stores all of its files and answers the next visit. The build before is kept for tabs that
 * still show it and have not loaded all of its parts.
 *
 * Requests for anything else (weights, candidates) are not touched.
 */
const PREFIX = `page ${registration.scope} `; // a host may have other pages
const CACHE = PREFIX + VERSION;
const KEPT = 2; // builds

const home = registration.scope;
const addresses = new Set([home, ...FILES.map((name) => home + name)]);

addEventListener("install", (event) => {
  event.waitUntil(store().then(() => skipWaiting()));
});

addEventListener("activate", (event) => {
  event.waitUntil(removeOld().then(() => clients.claim()));
});

addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  const address = origin + pathname.replace(/\/index\.html$/, "/");
  const isKept = addresses.has(address) || address.startsWith(`${home}assets/`);
  if (method === "GET" && isKept) event.respondWith(answer(address, event.request));
});

/** All files or none. Revalidated, so that no older copy of the browser's gets in. */
async function store() {
  const cache = await caches.open(CACHE);
  await cache.addAll([...addresses].map((url) => new Request(url, { cache: "no-cache" })));
}

async function answer(address, request) {
  const options = addresses.has(address) ? { cacheName: CACHE } : {};
  return (await caches.match(address, options)) ?? fetch(request);
}

/** Caches are listed in the order in which they were made. */
async function removeOld() {
  const builds = (await caches.keys()).filter((name) => name.startsWith(PREFIX));
  await Promise.all(builds.slice(0, -KEPT).map((name) => caches.delete(name)));
}
