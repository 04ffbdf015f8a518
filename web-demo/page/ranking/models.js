/** The models that a visitor can choose from, with their texts. No imports: tests use it too. */

/**
 * @typedef {object} ModelWords
 * @property {string} label
 * @property {string} weights the file's address
 * @property {string} what the model is, and how it handles a new user
 * @property {string} made label of the time to compute the user
 * @property {string} stars the effect of a rating
 * @property {string} scores the meaning of its scores
 * @property {boolean} [hasFirstStage] whether it can find candidates too
 */

const LIKES_ONLY =
  "Three stars or more pull similar films up; one or two only take the film off your list.";
const FITTED = "Three stars or more pull similar films up, one or two push them down.";
const PROBABILITY = "Per cent: its probability, good for the order.";
const ENCODED = "Encoded in";
const NO_UNIT = "Bars: its scores, which have no unit.";

/** @type {Record<string, ModelWords>} */
export const MODELS = {
  "two-stages": {
    label: "Two stages",
    weights: "/models/ranker-without-films.safetensors",
    what:
      "As at YouTube (Covington et al., 2016): one network finds candidates, another ranks them " +
      "closely, and at the end the list is arranged.",
    made: "User computed in",
    hasFirstStage: true,
    stars:
      "Three stars or more count as watched, all films alike; fewer only take the film off " +
      "your list.",
    scores:
      "Bars: expected watch time, for which the rating stood in when the model was trained; it " +
      "has no unit.",
  },
  neumf: {
    label: "NeuMF",
    weights: "/models/neumf.safetensors",
    what:
      "Neural matrix factorization. Every film is a vector, and so are you: it fits a new user’s " +
      "vector to the ratings, step by step.",
    made: "Fitted to you in",
    stars: FITTED,
    scores: PROBABILITY,
  },
  gmf: {
    label: "GMF",
    weights: "/models/gmf.safetensors",
    what:
      "Generalized matrix factorization: NeuMF without its network, and the mean of two models. " +
      "A new user’s vector has one best fit, which is found exactly.",
    made: "Fitted to you in",
    stars: FITTED,
    scores: PROBABILITY,
  },
  autorec: {
    label: "AutoRec",
    weights: "/models/autorec.safetensors",
    what:
      "An autoencoder of ratings. Yours become 192 numbers in one pass, and these a score for " +
      "every film: nothing is fitted to a new user.",
    made: ENCODED,
    stars:
      "The more stars beside your other films, the further similar films go up; two have no " +
      "effect, one pushes them down.",
    scores: "Bars: its scores, which are not stars.",
  },
  cdae: {
    label: "CDAE",
    weights: "/models/cdae.safetensors",
    what:
      "A denoising autoencoder with a node for each user in its training data. A new user gets " +
      "the average node, and is encoded in one pass.",
    made: ENCODED,
    stars: LIKES_ONLY,
    scores: NO_UNIT,
  },
  dae: {
    label: "DAE",
    weights: "/models/dae.safetensors",
    what:
      "A denoising autoencoder: it learned to find the films that were hidden from a history. A " +
      "new user is encoded in one pass, like every user.",
    made: ENCODED,
    stars: LIKES_ONLY,
    scores: NO_UNIT,
  },
  "mult-dae": {
    label: "Mult-DAE",
    weights: "/models/mult-dae.safetensors",
    what:
      "A denoising autoencoder that divides one hundred per cent among all films. A new user is " +
      "encoded in one pass, like every user.",
    made: ENCODED,
    stars: LIKES_ONLY,
    scores: "Per cent: its share among all films.",
  },
};

export const FIRST_MODEL = "two-stages";
