/** The ratings of a visitor to the page who likes science fiction: [id, stars], the latest last. */
export const RATINGS = [
  [541, 4],
  [1240, 4],
  [1196, 5],
  [260, 5],
  [2571, 5],
];

/** The same, as the page's address has them. */
export const ADDRESSED = RATINGS.map((rating) => rating.join(":")).join(",");
