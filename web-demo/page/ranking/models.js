/** The models that a visitor can choose from, in this order. In Node too: tests use it. */
import { FILES } from "../models/files.js";

/** A ranker and its first stage, as opposed to one model that ranks alone. */
export const TWO_STAGES = "two-stages";

/**
 * @typedef {object} Choice
 * @property {number} novelty the strength of `novelty` at which popularity counts about as much as
 *   the score: the ratio of their standard deviations among the first 100 films of an example
 * @property {boolean} [isMatrix] without item vectors, so that nothing can be varied
 */

/** @type {Record<string, Choice>} by the names of models/files.js, but for the two stages */
export const MODELS = {
  [TWO_STAGES]: { novelty: 0.6 },
  neumf: { novelty: 5 },
  gmf: { novelty: 3 },
  mlp: { novelty: 2.2 },
  "mult-dae": { novelty: 1.2 },
  cdae: { novelty: 0.3 },
  dae: { novelty: 0.3 },
  ae: { novelty: 0.3 },
  autorec: { novelty: 1.2 },
  "autorec-item": { novelty: 0.2 },
  ials: { novelty: 0.04 },
  sasrec: { novelty: 1.2 },
  ease: { novelty: 0.04, isMatrix: true },
};

export const FIRST_MODEL = TWO_STAGES;

/** The file of models/files.js that ranks. @param {string} name of MODELS */
const rankerOf = (name) => (name === TWO_STAGES ? "ranker-alone" : name);

/** The address of the weights that rank, relative to the page. @param {string} name of MODELS */
export const weightsOf = (name) => `models/${FILES[rankerOf(name)].file}.safetensors`;
