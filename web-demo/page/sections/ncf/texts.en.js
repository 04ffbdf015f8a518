export default {
  title: "From matrix factorisation to neural collaborative filtering",
  lead:
    "Matrix factorisation scores a film by a dot product: your numbers times its numbers, added " +
    "up. GMF weighs each product, and MLP lets a network decide how the numbers meet. " +
    "NeuMF joins the two, and α says which of them counts more.",
  example: "You have rated nothing yet, so this shows the science fiction example.",
  network: {
    title: (film) => `How “${film}” gets its score`,
    list: "Your list by the joined network",
    search: "Look into another film",
    found: "Films found",
    gmf: "GMF: products",
    mlp: "MLP: layers",
    joined: "NeuMF: both joined",
    rows: {
      user: "You: p",
      film: "The film: q",
      products: "Products p × q",
      terms: "Weighed: h × p × q",
      mlpUser: "You: p′",
      mlpFilm: "The film’s half of layer 1",
      mlpTerms: "Weighed: h′ × layer 2",
      inputs: "Inputs",
      weights: "Weights",
      weighed: "Inputs × weights",
      joined: "h, joined: α × GMF’s, (1 − α) × MLP’s",
    },
    logit: (terms, bias, logit) => `Sum ${terms} + bias ${bias} = logit ${logit}`,
    parts: { gmf: "α × GMF’s logit", mlp: "(1 − α) × MLP’s logit" },
    layer: (number, width) => `Layer ${number}: ${width} neurons after ReLU`,
    dimension: (k) => `Dimension ${k}: h × you × film`,
    most: "Strongest in it",
    least: "Most against it",
    neuron: (index, layer) => `Neuron ${index} of layer ${layer}`,
    input: (index) => `Input ${index}`,
    sum: (sum) => `All inputs: ${sum}`,
    firstLayer: "Sum of your inputs + the film’s half + bias. What is below zero becomes zero.",
    laterLayer:
      "Sum of the inputs + bias. What is below zero becomes zero. Press an input to open the " +
      "neuron that it comes from.",
    alpha: "α: how much GMF counts",
    onlyMlp: "only MLP",
    onlyGmf: "only GMF",
    scores: { gmf: "GMF alone", mlp: "MLP alone", joined: "Joined" },
    formula: ({ alpha, rest, gmf, mlp, score }) =>
      `The score is the sigmoid of ${alpha} times the logit of GMF, ${gmf}, plus ${rest} times ` +
      `the logit of MLP, ${mlp}: ${score}.`,
  },
  four: {
    title: "What two numbers cannot rank",
    hint: "The paper’s four users, as arrows of length 1. Drag u4, or turn it by the arrow keys.",
    interactions: "Who chose what",
    drag: "Direction of u4",
    numbers: "Numbers for each user",
    reset: "Reset",
    best: "Best possible",
    pair: "Users",
    shared: "Shared items",
    product: "Dot product",
    vector: (user, values) => `Vector of u${user}: ${values.join(", ")}`,
    checks: {
      others: "u2 is nearer to u3 than to u1; u1 and u3 are farthest apart",
      first: "u4 is nearer to u1 than to u3",
      second: "u4 is nearer to u3 than to u2",
      positive: "no product is below zero, as no share is",
    },
    holds: ": holds",
    broken: ": broken",
    after: {
      2:
        "Try all directions: three of the four lines hold at best. Where both orders of u4 do, " +
        "it points away from everybody, though it shares items with each of them.",
      3: "With a third number all orders hold, but the products are not yet the shares.",
      4:
        "With four numbers the dot product gives the shares exactly. It is the two numbers that " +
        "were too few, not the dot product; the price is that more numbers need more data.",
    },
  },
  agreement: {
    title: "Do the networks agree about you?",
    count: "Compare",
    first: (count) => `the first ${count}`,
    shared: (count) => `Films that two rankings share among their first ${count}`,
    names: {
      gmf: () => "GMF",
      mlp: () => "MLP",
      joined: (alpha) => `α = ${alpha}`,
      trained: () => "NeuMF, trained",
    },
    ranks: (count) => `Ranks of all films that are among the first ${count} of GMF or of MLP`,
    ranksInWords: (count, same) =>
      `Ranks by GMF against ranks by MLP. They share ${same} of their first ${count} films.`,
    gmfRank: "Rank by GMF →",
    mlpRank: "↑ Rank by MLP",
  },
  predict: {
    question:
      "GMF gives a film 0.90, MLP gives it 0.50. What does the joined network give at α = 0.5?",
    answers: ["0.70, the mean", "0.90, the larger", "0.75"],
    why:
      "The logits are averaged, not the probabilities: those of 0.90 and 0.50 are 2.20 and 0, " +
      "the mean is 1.10, and the sigmoid of it is 0.75. Move α above: the score slides between " +
      "the two.",
  },
  prose: [
    "The GMF of this page is the mean of two models of 32 factors each, side by side: a row each " +
      "in the heat maps. MLP’s file holds the film’s half of the first layer already multiplied, " +
      "so that a phone has less to do; the sum is the same.",
    "α is the paper’s way to start NeuMF from two trained networks: h becomes α h of GMF beside " +
      "(1 − α) h of MLP. The package fuses the two files as you drag, and nothing is trained " +
      "afterwards. “NeuMF, trained” is another file, whose halves learned together.",
    "Three years after the paper, Rendle and others tuned the dot product as carefully as the " +
      "network, and it won. “Why deep?” has the figures for this page’s data.",
  ],
};
