/** Histories to begin with, by MovieLens id: the first are for those who have no time to rate. */

/**
 * @typedef {object} Preset
 * @property {string} name
 * @property {[id: number, stars: number][]} ratings the latest last
 */

/** @type {Preset[]} */
export const PRESETS = [
  {
    name: "science-fiction",
    ratings: [
      [541, 4],
      [1240, 4],
      [1196, 5],
      [260, 5],
      [2571, 5],
    ],
  },
  {
    name: "children",
    ratings: [
      [364, 4],
      [595, 4],
      [2355, 4],
      [4886, 5],
      [1, 5],
    ],
  },
  {
    name: "romance",
    ratings: [
      [597, 4],
      [587, 4],
      [2671, 5],
      [1721, 4],
      [339, 5],
    ],
  },
  {
    name: "crime",
    ratings: [
      [593, 4],
      [50, 5],
      [1213, 5],
      [296, 5],
      [858, 5],
    ],
  },
  { name: "one-film", ratings: [[1, 5]] },
];
