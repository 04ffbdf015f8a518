/** What can be set, and what it is at first. */

/** @type {import("./trainer.js").Settings} */
export const DEFAULTS = { model: "mf", size: 8, rate: 0.01, decay: 0, noise: 0.5, seed: 1 };

/** Seeds are small, so that they can be said aloud. */
export const SEEDS = { min: 1, max: 99 };

/** The choices of each setting but the seed. */
export const CHOICES = {
  model: ["mf", "mlp", "neumf", "autorec"],
  size: [1, 2, 4, 8, 16],
  rate: [0.001, 0.003, 0.01, 0.03, 0.1],
  decay: [0, 0.001, 0.002, 0.005, 0.01],
  noise: [0, 0.25, 0.5, 0.75, 1],
};
