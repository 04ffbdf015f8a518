// What a browser and a CDN may keep, by address (docs/server.md of pocketrec has the reasons).

const YEAR = 31_536_000;

/** The first that matches holds. */
const RULES = [
  // Looked at in every visit. A CDN answers for half a minute, or until it is purged.
  [/^\/models\/manifest\.json$/, "public, max-age=0, s-maxage=30"],
  // The name has the content's hash. A CDN that compressed them would break ranges.
  [/^\/models\//, `public, max-age=${YEAR}, immutable, no-transform`],
  // The last list at once, a newer one for the next visit; the old one while the server is down.
  [/^\/lists\//, "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"],
  // The page: its names do not change with their content.
  [/^\//, "public, no-cache"],
];

/** @param {string} path @returns {string} a value of Cache-Control */
export const cacheControlOf = (path) => RULES.find(([pattern]) => pattern.test(path))[1];

/** Answers that are the same for everyone may be read by pages of other origins. */
export const SHARED = {
  "Access-Control-Allow-Origin": "*",
  "Access-Control-Expose-Headers": "Content-Range, ETag",
  "X-Content-Type-Options": "nosniff",
};

/** Of the page: this origin only, and no form can send anything. */
export const PAGE = {
  "Content-Security-Policy":
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; " +
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "Referrer-Policy": "no-referrer",
};
