const terms = (slots) =>
  `the bias ${slots.bias} plus the terms of the history, ${slots.sum}, gives ${slots.code}`;

export default {
  title: "Autoencoders",
  lead:
    "An autoencoder reads your ratings, squeezes them into a few numbers, the code, and rebuilds " +
    "a score for every film from it. What it cannot store film by film it must express by what " +
    "films have in common, and so films that you have not rated get a score too. A new user " +
    "needs no training: one pass through the network is all.",
  example: "You have not rated a film yet: this is the example “Science fiction”.",
  path: {
    label: "Where you are in the network",
    names: ([place, first, second], titleOf) =>
      ({
        overview: () => "Network",
        encoder: () => "Encoder",
        decoder: () => "Decoder",
        code: () => (second ? titleOf(Number(second)) : `Number ${first}`),
        film: () => (second ? `Number ${second}` : titleOf(Number(first))),
      })[place](),
    into: { encoder: "Open the encoder ›", decoder: "Open the decoder ›" },
  },
  network: {
    title: "Your ratings, the code, the reconstruction",
    model: "Model",
    what: {
      ae: "AE: a plain autoencoder. It learned to rebuild histories as they are.",
      dae: "DAE: in training 30% of each history were hidden, and it learned to restore them.",
      "mult-dae":
        "Mult-DAE: its outputs share one hundred per cent among all films (softmax); 192 numbers.",
      cdae: "CDAE: a DAE with one more input, a node for each user; a new user gets the average.",
      autorec:
        "U-AutoRec: it reads how many stars you gave. Two stars are 0 here, fewer are negative.",
    },
  },
  input: {
    title: "In: your ratings",
    told: (part, name) =>
      ({
        input: `what the network reads: ${name}`,
        code: `what each adds to number ${name}`,
        output: `what the score of ${name} would lose without it`,
      })[part] ?? "x: what the network reads",
    more: (count) => `and ${count} earlier`,
    strip: (count) => `all ${count} inputs: 0 but for your films`,
  },
  code: {
    title: (count) => `Code: ${count} numbers`,
    told: (part, name) =>
      ({
        input: `what ${name} adds to each`,
        code: `z: number ${name}`,
        output: `what each adds to the score of ${name}`,
      })[part] ?? "z: green above 0, orange below",
    label: (count) => `The code: ${count} numbers`,
    cell: (k, value) => `Number ${k}: ${value}`,
    spoken: (k, above, below) => `Number ${k} speaks for ${above}; against ${below}.`,
    point:
      "Point at a film or a cell to see what it comes from and where it goes; press it to go in.",
  },
  output: {
    title: "Out: the best films",
    told: (part, name) =>
      ({
        input: `what each score would lose without ${name}`,
        code: `what number ${name} adds to each`,
        output: `the score of ${name}`,
      })[part] ?? "raw scores",
    strip: (count) => `all ${count} outputs: a score for every film`,
  },
  layer: {
    told: {
      encoder:
        "A row is what a film adds to the code: its column of weights times its input. Each " +
        "column is summed up below, and tanh makes the code of it. Press a cell to see its two " +
        "numbers.",
      decoder:
        "A row is what each number of the code adds to a film’s score. With the film’s bias they " +
        "sum up to the score. Press a cell to see its two numbers.",
    },
    label: {
      encoder: (rows, width) => `What ${rows} films add to ${width} numbers of the code`,
      decoder: (rows, width) => `What ${width} numbers of the code add to ${rows} scores`,
    },
    cell: (name, k) => `${name}, number ${k}:`,
    number: (k, value) => `Number ${k}: ${value}`,
    code: "Code",
    sum: "Sum",
    bias: "Bias",
    node: "User node",
    others: (count) => `Bias and ${count} earlier films`,
  },
  neuron: {
    formula: (slots) => `Number ${slots.k} of the code: tanh of ${terms(slots)}`,
    terms: "What makes its sum",
    bias: "Bias",
    node: "User node",
    rest: (count) => `the other ${count}`,
    sum: "Sum",
    activation: "tanh keeps it between −1 and 1",
    curve: ({ code }) => `The curve of tanh; this number stands at ${code}`,
    above: "Films it speaks for, when above 0",
    below: "Films it speaks against",
  },
  film: {
    formula: ({ outbias, terms: sum, score }) =>
      `The raw score: the bias ${outbias} plus the terms of the code, ${sum}, gives ${score}`,
    output: ({ output, input }, format, score) => {
      if (output === "softmax") return `As its share of all films: ${format(100 * score, 2)}%.`;
      if (input.values === "rating")
        return `Plus ${input.shift}, on the scale of stars: ${format(score, 2)}.`;
      return null;
    },
    terms: (count) => `${count} terms, one for each number of the code`,
    hint: "Press a cell to see its two numbers.",
    cell: (k, value) => `Number ${k} adds ${value}`,
    strongest: "The strongest",
    number: (k) => `Number ${k}`,
    rest: (count) => `the other ${count}`,
    bias: "Bias of the film",
    effects: "Your films behind it",
    effectsHint: "How much the raw score falls without a film: model.explain of the package.",
  },
  single: {
    formula: ({ first, second, product }) => `${first} times ${second} is ${product}`,
    input: {
      first: (title, k, { given, length }) =>
        `the input of ${title}: ${given} divided by ${length}, the length of your history, so ` +
        `that ` +
        "long histories do not shout",
      second: (title, k) => `the weight between ${title} and number ${k} of the code, learned`,
      product: (title, k) => `what ${title} adds to the sum of number ${k}`,
      map: (title) => `All weights of ${title} in the encoder`,
    },
    score: {
      first: (title, k) => `number ${k} of your code`,
      second: (title, k) => `the weight between number ${k} and ${title}, learned`,
      product: (title, k) => `what number ${k} adds to the score of ${title}`,
      map: (title) => `All weights of ${title} in the decoder`,
    },
  },
  spoken: {
    list: (model, titles) => `List by ${model}: ${titles}`,
    noise: (counts) => `With this noise ${counts}`,
  },
  noise: {
    title: "Noise: does the list stay?",
    kind: "Noise",
    kinds: { mask: "Mask", gaussian: "Gaussian", "salt-and-pepper": "Salt and pepper" },
    amount: {
      mask: "Films hidden",
      gaussian: "Noise of a rating",
      "salt-and-pepper": "Ratings thrown to an end",
    },
    stars: (stars) => `${stars} stars`,
    draws: "Draws",
    play: "Play",
    pause: "Pause",
    step: "New draw",
    draw: (seed) => `draw ${seed}`,
    corrupted: "What is left of the history",
    gone: "hidden",
    now: (before, after) => `${before} → ${after}`,
    kept: (kept, of) => `${kept} of ${of} stay`,
    list: (label) => `List of ${label} with noise`,
    marked:
      "Coloured films were not in the list without noise. These two models read a film as liked " +
      "(three stars or more) or not at all, so noise counts where it crosses that line.",
    curve: "Films that stay of ten",
    curveHint: (seeds) => `A dot: one of ${seeds} draws. The line: their mean.`,
    curveInWords: (seeds, means) =>
      `Films of the first ten that stay, by the amount of noise, mean of ${seeds} draws. ${means}`,
    mean: (label, kept) => `${label} with the most noise: ${kept} of 10`,
  },
  autorec: {
    title: "AutoRec: by user, by item",
    told:
      "One matrix of ratings, read in two ways. Dots are other users’ ratings: the page has none " +
      "of them, they only stand for what the models learned from.",
    formula:
      "AutoRec: a vector of ratings r times V, plus a bias, through g gives the code; times W, " +
      "plus a bias, through f gives the vector rebuilt",
    formulaTold: "r is a user’s row in U-AutoRec and a film’s column in I-AutoRec.",
    chosen: (title) => `The score of ${title}:`,
    films: "films",
    users: "users",
    you: "you",
    asked: "asked",
    matrix: (lit, title, score) =>
      `The matrix of ratings with ${lit === "row" ? "your row" : `the column of ${title}`} lit, ` +
      `which goes into the network. The score of ${title}: ${score}.`,
    cell: (k, value) => `Number ${k}: ${value}`,
    term: (k, code, weight, product) => `number ${k}: ${code} × ${weight} = ${product}`,
    byUser: {
      title: "By user: your row goes in",
      told: "Your row becomes a code, and the code a score for every film, at once.",
      code: (count) => `Your code: ${count} numbers`,
      weights: (title) => `Output weights of ${title}`,
      score: (title, score, bias) => `Code times weights, plus ${bias} and 2: ${score}`,
      list: "List by user",
    },
    byItem: {
      title: "By item: the film’s column went in",
      told:
        "In training each film’s column became a code, which the file holds. Your own output row " +
        "is fitted to your ratings, by ridge regression.",
      code: (count) => `Code of the film: ${count} numbers`,
      weights: () => "Your output row, fitted",
      score: (title, score, bias) => `Code times row, plus ${bias} and 3.5: ${score} stars`,
      list: "List by item",
    },
    measured: {
      caption:
        "Measured on 61 users who were not trained on (training/README.md): to find films, more " +
        "is better; to foretell stars, less is better. By item foretells ratings best and finds " +
        "films worse than the list of popular films: it never learned which films people choose " +
        "to see. This page’s U-AutoRec learned to rank, so its scores are no stars.",
      model: "Model",
      toRank: "U-AutoRec, trained to rank (this page)",
      toRate: "U-AutoRec, trained on ratings",
      byItem: "I-AutoRec (this page)",
      popularity: "Popular films",
    },
  },
  node: {
    title: "CDAE: a node for each user",
    told:
      "In training every user had a node of their own, 96 numbers added to the code. Nobody’s " +
      "node is in the file but their average, which a new user gets.",
    formula: "CDAE: the code is tanh of the history’s weights plus the user’s node plus a bias",
    share: "How much of the average node",
    ends: ["none", "four times"],
    node: "What the node adds",
    code: "Code",
    scale: "Both in the same colours: beside what your films add the average node is faint.",
    list: "List of CDAE",
    kept: (kept, of) => `${kept} of ${of} as with 100%`,
  },
  map: {
    title: "The map of films",
    told:
      "A dot is a film. Films are near each other if the DAE’s output weights point the same " +
      "way, that is, if the same codes speak for them. Nobody told the model a genre: it saw " +
      "only who liked what. A flat map tears some neighbours apart: the lines show them.",
    label: (count) => `A map of ${count} films.`,
    hint: "Point at a film or use the arrow keys; press it to see its neighbours.",
    genres: "Genres: press one to see it alone",
    groups: {
      children: "Children’s and animated films",
      horror: "Horror",
      scifi: "Science fiction",
      documentary: "Documentaries",
      crime: "Crime and thrillers",
      action: "Action and adventure",
      romance: "Romance",
      comedy: "Comedy",
      drama: "Drama",
    },
    yours: "your films",
    listed: "your list",
    around: (count, group, here, everywhere) =>
      `Of the ${count} films around each of yours ${here}% are “${group}”, of all films ` +
      `${everywhere}%.`,
    near: (title) => `Nearest to ${title}`,
    list: "Your list, by DAE",
  },
  learning: {
    formula:
      "Training minimises the squared distance between a history and what the network rebuilds " +
      "from a corrupted copy of it, plus weight decay",
    told:
      "This is how a DAE learns: a corrupted history goes in, the clean one is to come out. " +
      "Copying the input is then no way out: the network must learn which films go together. " +
      "Without corruption it is the plain AE.",
  },
  predict: {
    question: "Hide 30% of the films: how many of its ten films does the DAE keep, beside the AE?",
    answers: ["far more", "about as many", "far fewer"],
    why:
      "With these five examples both keep eight or nine of ten. The AE here also learned with " +
      "weight decay and from short histories, and both act much as noise does. Move the knob " +
      "above: hide 60%, and both lists break alike.",
  },
};
