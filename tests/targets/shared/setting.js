// What every target ranks: for whom, which books, how many.

/** A user's history. */
export const HISTORY = ["The Ninth Moon", { item: "Cold Ink", rating: 2 }];

/** Books to rank. */
export const CANDIDATES = ["Orbit of Glass", "One Glove", "Salt and Smoke", "Cold Engines"];

/** How many books a list has. */
export const TOP = 8;

/** The weights' length and hash, and the instructions that give the same bits everywhere. */
export const BOOKS = /** @type {const} */ ({
  bytes: 9421,
  sha256: "a36cbece9819f0c66b13847dd946091ea4b10534c23afa5cf0372432e1395121",
  simd: "simd128",
});
