export default {
  title: "Why deep learning?",
  lead:
    "A network bends and folds its inputs, learns what an item is from data alone, reads a " +
    "history in its order, and takes inputs of any kind. Here is each of the four at work, " +
    "small and live. Below them is what that is worth on this data: often less than one " +
    "expects.",
  example: "You have rated nothing yet, so this shows the science fiction example.",
  taste: {
    title: "1. It is not linear",
    hint: "Say which kinds of films you like. Two models learn it at once, as you press.",
    yours: "Your taste",
    kinds: ["Neither", "Action", "Romance", "Action and romance"],
    like: "like",
    dislike: "no",
    names: { dot: "Dot product", net: "Network" },
    steps: "Steps of training",
    play: "Play",
    pause: "Pause",
    right: (count) => `${count} of 4 right`,
    inWords: (name, scores) =>
      `${name}: scores over all films, action to the right, romance upwards. At the corners: ` +
      `${scores}.`,
    formula: (kind, dot, net) => `${kind}: the dot product gives ${dot}, the network ${net}.`,
    at: (kind) => `The numbers are those of “${kind}”. “Either, but not both” needs a bend.`,
  },
  nearest: {
    title: "2. It learns what a film is",
    hint:
      "The model saw who liked what: no title, no genre. Films liked by the same people got " +
      "similar numbers.",
    film: "Nearest to",
    vector: (title) => `Embedding of ${title}`,
    alike: (count, of) => `${count} of ${of} share a genre with it, which the model never saw.`,
  },
  order: {
    title: "3. It reads a history in its order",
    hint: "SASRec attends to what came when. The autoencoder sees a set.",
    order: "Your films",
    ways: { given: "as you rated them", reversed: "the last first" },
    asGiven: "Now turn the order round.",
    moved: (count) =>
      count === 0 ? "The same list." : `${count} ${count === 1 ? "place" : "places"} changed.`,
  },
  features: {
    title: "4. It takes inputs of any kind",
    hint: "One tower reads films watched, counts, genres and years side by side. Leave some out:",
    inputs: "The ranker",
    without: {
      nothing: "as it is",
      genres: "without genres",
      facts: "without year and popularity",
      counts: "without your counts",
      watched: "without films watched",
    },
    columns: "Columns of the tower’s input",
    column: (name, count) => `${name}: ${count} columns`,
    names: {
      watched: "films watched",
      count: "number of ratings",
      mean_rating: "your mean rating",
      film: "the film",
      genres: "its genres",
      year: "its year",
      popularity: "its popularity",
      film_rating: "its mean rating",
    },
    list: "List of the ranker",
    whole: "The list with all inputs.",
    changed: (places, films, of) =>
      `${places} of the first ${of} stand elsewhere (marked), ${films} of them are new to the ` +
      `list.`,
  },
  measured: {
    title: "And what is it worth? The honest table",
    summary:
      "On this data EASE, a matrix of weights between films, ranks as well as the best networks, " +
      "and a plain dot product beats the MLP. Networks earn their place where there is more: " +
      "sequences, features, far more data.",
    measure: "Measure",
    measures: { recall: "Recall@20", ndcg: "NDCG@100" },
    chart: (measure) =>
      `${measure} for new users. Bars: the demo’s split. Marks: four other splits`,
    axis: "higher is better →",
    inWords: (measure, name, value) =>
      `${measure} of all models. The best is ${name} with ${value}.`,
    kinds: { baseline: "no model", linear: "linear", network: "network" },
    newUsers: "ml-latest-small: new users, their other films to be found",
    meanOf: (measure) => `four splits: ${measure}`,
    users:
      "61 users a split; a mean of four has a standard error of about 0.01. “–”: not measured. " +
      "EASE is the whole matrix; the file of this page has 2% of it, and reaches 0.369. With few " +
      "films given the order is another: see “New here?”.",
    leaveOneOut: "ML-1M: one film of each user to be found among 100",
    published: (measure) => `published: ${measure}`,
    names: { linear: "Tuned dot product, 192", network: "NeuMF, 64" },
    authors:
      "The test of the NCF paper. Published: Rendle et al. for the first, He et al. for NeuMF.",
  },
  predict: {
    question: "Reverse your history. Which list changes?",
    answers: ["both", "only SASRec’s", "only the autoencoder’s"],
    why:
      "The autoencoder adds up the columns of your films, and a sum has no order. SASRec gives " +
      "each place its own embedding and looks from the last film back. Try it in the third " +
      "card.",
  },
  prose: [
    "Leave out genres in the fourth card and little changes: the film’s own embedding already " +
      "knows them. Leave out your counts and much does: they tell the tower how far to trust a " +
      "short history. That one can ask is what flexibility gives; the answer is the data’s.",
    "With enough neurons, a network with one hidden layer comes as near as one likes to any " +
      "continuous function of bounded inputs. That says what it can represent, not that training " +
      "finds it from 80,000 ratings.",
    "Rendle and others (2020) showed that even a dot product is hard to learn for an MLP, and " +
      "that a dot product tuned with the same care beats it. Ferrari Dacrema and others (2019) " +
      "repeated 18 neural recommenders: 7 could be reproduced, and 6 of these were often " +
      "beaten by simple methods.",
    "So deep learning is not a reason in itself. The four cards are: take a network when you " +
      "need one of them, and measure it beside EASE first.",
  ],
};
