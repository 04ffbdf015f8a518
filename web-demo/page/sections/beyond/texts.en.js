export default {
  title: "Beyond the lecture",
  lead:
    "Three models that the lecture leaves out, on the same history. EASE is one matrix from film " +
    "to film, solved in closed form; iALS is a dot product, fitted by ridge regressions; SASRec " +
    "reads the history in order, by attention. The first two are linear, and hard to beat on " +
    "little data.",
  beside: "Beside them, from the lecture",
  order: "Your history in order, the latest last. Press a film: it moves to the end.",
  example: "You have no ratings yet: this is a visitor who likes science fiction.",
  most: (count) => `The last ${count} of your ratings.`,
  listOf: (model) => `The list of ${model}`,
  changed: (count) =>
    count === 0
      ? "The order changed nothing."
      : count === 1
        ? "1 place has another film now."
        : `${count} places have another film now.`,
  shared: (count) => `${count} of 10 are also in EASE’s list.`,
  time: (ms) => `${ms} ms`,
  why: (title) => `Why “${title}”?`,
  total: "Sum:",
  byPackage: (score) => `the package’s score: ${score}`,
  weight: (from, to, value) => `“${from}” adds ${value} to “${to}”.`,

  ease: {
    title: "EASE: a row of weights",
    map: "Your films (rows) and EASE’s list with the chosen film (columns). Press one to choose.",
    mapLabel: "Weights of your films on the films of EASE’s list",
    point: "Point at a cell: what one film adds to another.",
    words: "The raw score is the sum of the weights of the films of the history",
    sum: (title) => `What adds up to “${title}”`,
  },
  ials: {
    title: "iALS: a dot product, and its ridge",
    sum: (count) => `sum of your ${count === 1 ? "film" : `${count} films`}`,
    user: "p, by the ridge",
    film: "q of the film",
    products: "products",
    point: "Point at a number: its product is an addend of the score.",
    product: (number, user, film, product) => `Number ${number}: ${user} × ${film} = ${product}`,
    words: "The raw score is the dot product of p and q; p solves a ridge regression",
    note:
      "The ridge turns the sum of your films’ vectors into p: what nearly all films have in " +
      "common counts less, and the penalty λ keeps p short. The equation is solved exactly.",
  },
  sasrec: {
    title: "SASRec: attention over your films in order",
    head: "Block and head",
    name: (name) => name.replace(".", ", head "),
    mapLabel: "Attention: each film of the history, in rows, to those before it, in columns",
    point: "A row is a film of your history; a cell says how much it takes from an earlier one.",
    share: (from, to, percent) => `Reading “${from}”, this head takes ${percent}% from “${to}”.`,
    words:
      "The weights are a softmax of queries and keys; the score is a dot product with the state",
    note:
      "The last row makes the list. This file was trained on shuffled histories: 549 users are " +
      "too few to learn an order from. So the order matters, but not much.",
  },

  measured: "How good are they here?",
  model: "model",
  modelNames: { popularity: "popularity", candidates: "Candidates" },
  after: (count) => (count === 1 ? "Recall, 1 film" : `Recall, ${count} films`),
  measuredNote:
    "61 users on whom no model was trained. The first two columns: 80% of their films are given, " +
    "the others to be found. The last two: one or twenty liked films are given; Recall@20. EASE " +
    "here has 280,000 of its 13 million numbers; with all of them and a smaller λ, 0.397 and " +
    "0.475.",

  predict: {
    question: "You move your oldest film to the end of the history. Whose list changes?",
    answers: ["All of them", "SASRec’s; those of EASE and iALS stay", "Nobody’s"],
    right: 1,
    why:
      "EASE and iALS add up over a set: a sum has no order. SASRec has a vector for each " +
      "position, and the last film asks the others. Press a film in the history above, and read " +
      "below each list.",
  },
};
