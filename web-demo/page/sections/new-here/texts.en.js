import { formatNumber } from "../../state/language.js";

const films = (titles) => titles.map((title) => `“${title}”`).join(", ");
const ratings = (count) => (count === 1 ? "1 rating" : `${count} ratings`);

export default {
  title: "New here?",
  lead:
    "Nobody trained a vector for you: the models learned from 549 other users. So your vector is " +
    "made here, from your first ratings, while all that the model knows of the films stays as it " +
    "is; that is a fold-in. Each rating moves the vector, the first ones most, and the list " +
    "follows.",
  way: "How a new user is made",
  ways: {
    gmf: "Fit: GMF",
    neumf: "Fit: NeuMF",
    ials: "Fit: iALS",
    dae: "Encode: DAE",
    candidates: "Tower: candidates",
  },
  computing: "Computing a vector after each rating …",
  back: "One rating less",
  forward: "One rating more",
  play: "Play",
  pause: "Pause",
  given: "Ratings given",
  ofAll: (at, last) => `${at} of ${last}`,
  example: "You have no ratings yet: this is a visitor who likes science fiction.",
  most: (count) => `The first ${count} of your ratings.`,

  vectorTitle: "The vector, rating by rating",
  vectorNow: (width) => `The vector now: ${width} numbers`,
  vectorAfter: (at) => `The user’s vector after ${ratings(at)}`,
  changed: "What it changed since the visitor without ratings, after each film",
  changedAfter: (at) => `Change of the vector after each of ${ratings(at)}, a row a rating`,
  before: {
    gmf: "Without a rating the vector is the mean of the training users.",
    neumf: "Without a rating the vector is the mean of the training users.",
    ials: "Without a rating the vector is zero: every score is 0, and the order is arbitrary.",
    dae: "Without a rating the code comes from the biases alone: everybody’s list.",
    candidates: "Without a rating the tower gets zeros: everybody’s list.",
  },
  moved: (title, stars, moved, share) =>
    `“${title}” (${stars}★) moved the vector by ${formatNumber(moved, 2)}` +
    (share === null ? "." : `, ${formatNumber(100 * share)}% of what the first rating did.`),
  still: (title, stars) =>
    `“${title}” (${stars}★) did not move the vector: this model reads liked films alone.`,
  column: (number, value, titles, isHalf) =>
    `Number ${number} is ${formatNumber(value, 3)}. ` +
    (titles.length > 0
      ? `Well-known films with most of it: ${films(titles)}.`
      : isHalf
        ? "It goes into the tower."
        : ""),

  listTitle: (at) => (at === 0 ? "The list without a rating" : `The list after ${ratings(at)}`),
  entered: (count) => (count === 1 ? "1 film is new in it." : `${count} films are new in it.`),
  ahead: (count) =>
    count === 1
      ? "1 film you rate later is already in it."
      : `${count} films you rate later are already in it.`,

  mapTitle: "Its path over the films",
  mapInWords: (at, [left, right, low, high]) =>
    `The path of the vector after ${ratings(at)}, over a map of 400 films. Left: ${left}. Right: ` +
    `${right}. Below: ${low}. Above: ${high}.`,
  keyPath: "ratings given",
  keyRated: "your films",
  keyListed: "in the list",
  share: (percent, factor) =>
    "Films gain score in the direction in which the path goes. The two directions in which films " +
    `differ most are drawn (${percent}% of all differences); the path is drawn ${factor} times ` +
    "as long.",

  curveTitle: "How good is the list by then?",
  metric: "Measured by",
  likedGiven: "liked films given",
  you: "you",
  modelNames: { popularity: "popularity", candidates: "candidates" },
  curveHere: (liked, nearest, model, metric, value, popular) =>
    `You like ${liked === 1 ? "1 film" : `${liked} films`} so far (4★ or more). For users who ` +
    `gave ${nearest}, ${metric} of ${model} is ${value}, and of the most popular films ` +
    `${popular}.`,
  interval:
    "Shaded: 95% interval of this model over the 61 users measured, on whom no model was trained.",
  numbers: "All numbers",
  users: "users measured",

  howTitle: "How it is made",
  formulaInWords: {
    gmf: "The vector p minimises the log loss over the history and all other films, with a prior",
    neumf:
      "The vector p minimises the log loss over the history and drawn other films, with a prior",
    ials: "The vector p solves a ridge regression over the history and all films",
    dae: "The code z is a hyperbolic tangent of the sum of the columns of the liked films",
    candidates: "The vector u is what a tower makes of the mean of the watched films",
  },
  made: {
    gmf: () =>
      "GMF is fitted: the vector that explains your films and all that you did not choose best, " +
      "and stays near other users’ (the prior). The loss is convex, so Newton’s method finds the " +
      "one minimum, over all films; the order of your ratings makes no difference.",
    neumf: (steps) =>
      `NeuMF is fitted too, but a tower has no one minimum: ${steps} steps of Adam start from ` +
      "the mean user, each with newly drawn films that you did not choose. A fit that goes on " +
      "from the last vector ends a little elsewhere than a new one.",
    ials: () =>
      "iALS has the squared error, so its fit is a ridge regression: one linear system of 64 " +
      "equations, solved exactly. The penalty grows with the number of films that count, and " +
      "keeps the vector of a short history short.",
    dae: () =>
      "An autoencoder is not fitted: one pass through the encoder makes the code. The columns of " +
      "your liked films are added, scaled to length 1, and pressed through tanh. It was trained " +
      "with short histories too, so it knows how little one film says.",
    candidates: () =>
      "The candidate generator runs a tower over features: the mean of the embeddings of the " +
      "films you watched, of the words you searched (none here), and the number of ratings. " +
      "Nothing is fitted; a new visitor costs one pass.",
  },

  lessTitle: "One rating less",
  takeBack: "Take back the rating of",
  withoutLabel: "The list without that rating",
  updateTime: (update, anew) => `user.update took ${update} ms, a new user ${anew} ms.`,
  difference: (most) =>
    most === null
      ? "Both give the same vector."
      : `Their vectors differ by ${most} at most, since each fit draws other films.`,

  predict: {
    question:
      "Popularity is the same list for everybody. With one liked film, whose Recall@20 is better?",
    answers: [
      "All models",
      "GMF, NeuMF, the autoencoders by user, the candidates; not MLP, EASE, iALS",
      "No model",
    ],
    right: 1,
    why:
      "One film says little, and EASE and iALS take it at its word. The prior of GMF, and short " +
      "histories in the training of the autoencoders, say how little: set the curve to one " +
      "rating and open “All numbers”.",
  },
};
