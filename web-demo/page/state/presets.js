/**
 * Histories to begin with, by MovieLens id, for those who have no time to rate. Few ratings leave a
 * model with what everybody watches; two dislikes make a taste clearer to the models that use them.
 */

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
      [1240, 4],
      [1200, 5],
      [541, 5],
      [1214, 5],
      [2571, 4],
      [260, 5],
    ],
  },
  {
    name: "children",
    ratings: [
      [593, 1],
      [296, 1],
      [595, 4],
      [2687, 4],
      [2355, 4],
      [4886, 5],
      [6377, 5],
      [3114, 5],
      [1, 5],
    ],
  },
  {
    name: "romance",
    ratings: [
      [296, 1],
      [593, 1],
      [597, 5],
      [587, 4],
      [2671, 5],
      [357, 5],
      [539, 5],
      [339, 5],
      [1307, 5],
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
  { name: "one-film", ratings: [[260, 5]] },
];
