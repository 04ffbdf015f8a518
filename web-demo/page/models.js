/** The models that a visitor can choose from, in words. Imports nothing: tests read it too. */

/**
 * @typedef {object} ModelWords
 * @property {string} label
 * @property {string} weights the file's address
 * @property {string} what it is, and what it does with somebody new
 * @property {string} made what the time is called in which a person is made
 * @property {string} stars what it makes of a rating
 * @property {string} scores what its scores are
 * @property {boolean} [hasFirstStage] whether it can find candidates too
 */

const LIKES_ONLY =
  "Three stars or more pull similar films up; one or two only take the film off your list.";
const ENCODED = "Encoded in";
const NO_UNIT = "Bars: its scores, which have no unit.";

/** @type {Record<string, ModelWords>} */
export const MODELS = {
  "two-stages": {
    label: "Two stages",
    weights: "/models/ranker-without-films.safetensors",
    what: `As at YouTube (Covington et al., 2016): one network finds candidates, another looks at them closely, and at the end
      the list is arranged.`,
    made: "Made of you in",
    hasFirstStage: true,
    stars:
      "Three stars or more count as watched, the last film most; fewer only take the film off your list.",
    scores:
      "Bars: expected watch time, for which the rating stood in when the model was trained; it has no unit.",
  },
  neumf: {
    label: "NeuMF",
    weights: "/models/neumf.safetensors",
    what: `Neural matrix factorization. Every film is a vector, and so are you: for somebody new it fits one to the
      ratings, step by step.`,
    made: "Fitted to you in",
    stars: "Three stars or more pull similar films up, one or two push them down.",
    scores: "Per cent: its probability, good for the order.",
  },
  autorec: {
    label: "AutoRec",
    weights: "/models/autorec.safetensors",
    what: `An autoencoder of ratings. Yours become 200 numbers in one pass, and these a score for every film: nothing is
      fitted to somebody new.`,
    made: ENCODED,
    stars:
      "The more stars, the further similar films go up; two say nothing, one pushes them down.",
    scores: "Bars: its scores, which are not stars.",
  },
  cdae: {
    label: "CDAE",
    weights: "/models/cdae.safetensors",
    what: `A denoising autoencoder that knew everybody it learned from by a node of their own. Somebody new gets the
      average node, and is encoded in one pass.`,
    made: ENCODED,
    stars: LIKES_ONLY,
    scores: NO_UNIT,
  },
  dae: {
    label: "DAE",
    weights: "/models/dae.safetensors",
    what: `A denoising autoencoder: it learned to find the films that were hidden from a history. Somebody new is encoded
      in one pass, like everybody.`,
    made: ENCODED,
    stars: LIKES_ONLY,
    scores: NO_UNIT,
  },
  "mult-dae": {
    label: "Mult-DAE",
    weights: "/models/mult-dae.safetensors",
    what: `A denoising autoencoder that shares out one hundred per cent among all films. Somebody new is encoded in one
      pass, like everybody.`,
    made: ENCODED,
    stars: LIKES_ONLY,
    scores: "Per cent: its share among all films.",
  },
};

export const FIRST_MODEL = "two-stages";
