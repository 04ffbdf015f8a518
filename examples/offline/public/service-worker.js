// Keeps the page's own files. The weights are kept by pocketrec/cache, by their version.
const CACHE = "page-1";

self.addEventListener("install", (event) => {
  event.waitUntil(keepFiles());
  self.skipWaiting();
});

self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

// The network first, so that a new version is seen; the kept file without one.
self.addEventListener("fetch", (event) => {
  event.respondWith(
    fetch(event.request).catch(async () => {
      const kept = await caches.match(event.request, { cacheName: CACHE });
      return kept ?? Response.error();
    }),
  );
});

async function keepFiles() {
  const cache = await caches.open(CACHE);
  await cache.addAll(await (await fetch("files.json")).json());
}
