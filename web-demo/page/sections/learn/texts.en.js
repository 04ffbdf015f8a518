export default {
  title: "Watch it learn",
  lead:
    "A model starts from random numbers, and each step moves them a little, so that it misses " +
    "the ratings by less. This world is invented, and your ratings play no part in it: 40 users " +
    "with hidden tastes, 30 films, a few noisy ratings. So here the truth is known. Press play: " +
    "what the model learns first holds for ratings that it has not seen, what it learns last " +
    "does not.",
  models: { mf: "MF", mlp: "MLP", neumf: "NeuMF", autorec: "AutoRec" },
  controls: {
    title: "Training",
    settings: "Settings",
    play: "Play",
    pause: "Pause",
    step: "One step",
    reset: "Reset",
    world: "New world",
    model: "Model",
    size: "Embedding",
    rate: "Learning rate",
    decay: "Penalty λ",
    noise: "Noise",
    stars: (count) => `${count} ★`,
  },
  counts: {
    epoch: "Epoch",
    step: "Step",
    ofSteps: (step, all) => `${step} of ${all}`,
    training: "Training error",
    test: "Test error",
    best: "Best test error",
    bestAt: (error, epoch) => `${error} (epoch ${epoch})`,
  },
  status: (epoch, training, test, best, bestEpoch) =>
    `Epoch ${epoch}. Training error ${training}, test error ${test}; ` +
    `the best test error was ${best} at epoch ${bestEpoch}.`,
  curves: {
    title: "Mean squared error, in stars²",
    epoch: "epoch",
    noise: "noise alone",
    training: "training",
    test: "test, with the best epoch",
    before: (settings) => `Dashed: the last run, ${settings}.`,
    first: "The last run stays here, dashed, when you change a setting.",
    run: ({ model, size, rate, decay, noise }) =>
      `${model}, size ${size}, rate ${rate}, λ ${decay}, noise ${noise}`,
    label: (training, test, best, bestEpoch) =>
      `Errors by epoch: training ${training}, test ${test}, best test ${best} at ${bestEpoch}.`,
  },
  genres: ["Science fiction", "Romance", "Horror", "Family"],
  matrices: {
    title: "Ratings of 40 users for 30 films",
    truth: "Truth",
    given: "Given",
    predicted: "Predicted",
    more: "more stars than the mean",
    less: "fewer",
    none: "not given",
    cell: (user, film, stars) => `${user}, ${film}: ${stars}`,
    hint: "Point at a cell, or use the arrow keys; press it to keep it.",
  },
  maps: {
    title: "What it has found out",
    users: "Users",
    items: "Films",
    hint:
      "Embeddings on their two principal axes. The model is never told a genre: it finds them. " +
      "Colours and shapes are the hidden truth.",
    label: (name) => `${name}: embeddings in two dimensions, coloured by hidden genre`,
  },
  step: {
    title: "What the last step did",
    none: "No step yet. Each step takes 64 ratings, and moves every number against its gradient.",
    batch: (count) =>
      `It took ${count} ratings. How strongly they pull at each part (length of the gradient):`,
    outlined: (count) =>
      `It took ${count} ratings, outlined under “Given”. How strongly they pull at each part ` +
      "(length of the gradient):",
    label: (list) => `Lengths of gradients: ${list}`,
    parameter: (name, length) => `${name} ${length}`,
  },
  arithmetic: {
    title: (user, film) => `${user} × ${film}`,
    truth: "Truth",
    training: "Given",
    test: "Kept back for the test",
    unrated: "Rating",
    none: "none",
    predicted: "Predicted",
    layers: "On the way",
    sum: "Added up",
    numbers: (count) => (count === 1 ? "1 number" : `${count} numbers`),
    number: (place) => `Number ${place}`,
    strip: (name, values) => `${name}: ${values}`,
    formula: (name, prediction) => `${name} predicts ${prediction}: the sum of the terms below`,
  },
  terms: {
    mean: "mean rating μ",
    userBias: "user's bias",
    itemBias: "film's bias",
    outputBias: "bias",
    products: "products",
    tower: "weights × last layer",
  },
  layers: {
    user: "user's embedding",
    item: "film's embedding",
    gmfUser: "user's embedding (GMF)",
    gmfItem: "film's embedding (GMF)",
    hidden1: "first hidden layer",
    hidden2: "second hidden layer",
    code: "code of the user's ratings",
  },
  parameters: {
    user: "users' embeddings",
    item: "films' embeddings",
    userBias: "users' biases",
    itemBias: "films' biases",
    layer1: "first layer",
    layer1Bias: "first layer, biases",
    layer2: "second layer",
    layer2Bias: "second layer, biases",
    output: "output weights",
    outputBias: "output bias",
    gmfUser: "GMF, users",
    gmfItem: "GMF, films",
    gmfOutput: "GMF, output",
    encoder: "encoder V",
    encoderBias: "encoder, biases",
  },
  question: {
    question:
      "MF with embeddings of size 8 in place of 4, no regularisation, 200 epochs. What happens " +
      "to the two errors?",
    answers: ["Both fall", "Training falls, test rises", "Both rise"],
    running: "Training both …",
    why: (four, eight) =>
      `Just trained in your browser: with 4 numbers each the training error is ${four.training} ` +
      `and the test error ${four.test}; with 8 they are ${eight.training} and ${eight.test}. ` +
      "More numbers can learn more by heart, noise too. See it above: ",
    links: ["size 4", "size 8"],
  },
  prose: {
    loss: "What a step makes smaller",
    lossLabel:
      "The mean squared error over the ratings of a batch, plus lambda times the sum of all " +
      "squared weights",
    lossText:
      "Errors are squared differences in stars. Each step takes a batch B of ratings, computes " +
      "the gradient of this loss by all numbers of the model (automatic differentiation, in " +
      "reverse), and moves them by Adam. The training error and the test error are the first " +
      "part alone, over all training ratings and over those kept back.",
    tries: "Four things to try",
    regularise: ["Penalty λ 0.002 (L2 regularisation)", ": the test error stays near its best."],
    noise: ["No noise", ": over-fitting hardly hurts. It is the noise that is learned by heart."],
    sixteen: [
      "Size 16",
      ": more numbers than ratings, and yet it over-fits less than size 8. That is known as " +
        "double descent.",
    ],
    autorec: ["AutoRec", ": it has no user embedding; a user's code is made from the ratings."],
    honest:
      "In the other sections MLP and NeuMF learned which films a user rates at all, with the " +
      "cross-entropy as loss, as in their paper. Here they predict stars, with the squared " +
      "error, so that one chart serves all four models.",
  },
};
