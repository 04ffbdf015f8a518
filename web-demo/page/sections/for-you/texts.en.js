const WITH_ROWS = ", with what the ranker needs of each";

export default {
  title: "For you",
  lead: "Rate films with the stars: your list follows at once, ranked on this device.",
  leadMore:
    "Each film says why it is there. Move the slider to see your list with less weight on what " +
    "everybody watches.",
  settings: (model) => `Settings: ${model}`,
  example: "An example until you rate a film or choose one above: science fiction.",
  yours: "Your list",
  twoStages: "Two stages",
  model: "Model",
  candidates: "Candidates",
  novelty: "Less known films",
  none: "off",
  variety: "Variety",
  cap: (top) => `Films of one genre in the first ${top}`,
  anyNumber: "Any number",
  atMost: (count) => `${count} at most`,
  fromServer: "Lists of the server",
  fromServerGenre: "Lists of the server: a genre",
  here: "Found on this device",
  around: (title) => `Around ${title}`,
  lists: { popular: "Popular", recent: "Recent", classics: "Classics" },
  genres: {},
  allRated: "You have rated all of these candidates: choose others.",
  more: "Show more",
  moreControls: "More settings",
  took: (count, ms) => `${count} films ranked for you in ${ms} ms`,
  arranged: (ms) => `arranged in ${ms} ms`,
  first: (title) => `First in your list: ${title}.`,
  near: "More like this",
  nearOf: (title) => `More like this: ${title}`,
  nearTitle: "Asks the server for films around this one: sends its number",
  moved: {
    same: "as among the candidates",
    said: (places, isUp) =>
      `${places} ${places === 1 ? "place" : "places"} ${isUp ? "up" : "down"} from the candidates`,
  },
  reason: {
    because: (liked, disliked) =>
      `Because you ${[
        ...(liked.length > 0 ? [`liked ${liked.join(" and ")}`] : []),
        ...(disliked.length > 0 ? [`did not like ${disliked.join(" or ")}`] : []),
      ].join(" and ")}`,
    none: "No single rating explains it.",
  },
  about: {
    server: "The server’s list, the same for every visitor: it learns nothing about you.",
    noServer:
      "Nobody is asked: this host has no lists of candidates, so this device finds them in the " +
      "catalogue.",
    here: "This device finds them among all films. No list is requested, nothing is sent.",
    near: (title) =>
      `What the server finds for someone who watched just “${title}”. It got this number.`,
    drawn: (list, among, percent, spent, budget, each) =>
      `This device drew ${list} among ${among} genres: it is the nearest to your ratings with a ` +
      `probability of ${percent}%. Budget spent: epsilon ${spent} of ${budget}, ${each} a draw.`,
    draw: "Ask for my taste, blurred",
    drawTitle: "Asks for a genre that this device draws: the nearest is the likeliest",
    spent: "The privacy budget is spent. Erasing your data resets it.",
    notDrawn: (why) => `No genre was drawn: ${why}`,
  },
  fallback: {
    last: (why) => `The list did not arrive (${why}). The last one stays in use.`,
    device: (why) => `The list did not arrive (${why}). This device finds candidates instead.`,
    retry: "Try again",
  },
  what: {
    "two-stages":
      "As at YouTube: one network finds candidates, another ranks them by expected watch time. " +
      "Three stars or more count as watched.",
    neumf: "A dot product and a tower of layers, joined. Your vector is fitted to your ratings.",
    gmf: "A dot product with a weight for each factor. Your vector is fitted to your ratings.",
    mlp: "Only the tower of layers, without a dot product. Your vector is fitted to your ratings.",
    "mult-dae": "A denoising autoencoder whose scores share 100% among all films.",
    cdae: "A denoising autoencoder with a node for each user. A new user gets the mean node.",
    dae: "A denoising autoencoder: it learned to find films that were hidden from a history.",
    ae: "A plain autoencoder: it learned to repeat a history.",
    autorec: "An autoencoder of ratings, by user: it predicts your stars for every film.",
    "autorec-item":
      "An autoencoder of ratings, by film: it predicts stars, so well rated films come first.",
    ials: "Matrix factorisation for likes, fitted exactly. Your vector is fitted to your ratings.",
    ease: "A linear model: each film’s weight on each other, solved in one step.",
    sasrec: "Attention over your ratings in their order: what comes next?",
  },
  compare: {
    start: "Compare two settings",
    end: "One list",
    model: ["Left: model", "Right: model"],
    novelty: ["Less known films", "Less known films"],
    sides: ["The left list", "The right list"],
    both: (both, of) => `${both} of ${of} films are in both lists. The others are marked.`,
    there: (rank) => `↔ ${rank}`,
    thereSaid: (rank) => `at ${rank} in the other list`,
    alone: "only here",
  },
  data: {
    title: "Your data",
    kept: (count) =>
      `${count === 0 ? "No ratings are" : count === 1 ? "1 rating is" : `${count} ratings are`} ` +
      "kept in this browser, with the models’ files. Nothing is kept anywhere else.",
    notKept: (count) =>
      "This browser stores nothing for this page: " +
      `${count === 1 ? "1 rating ends" : `${count} ratings end`} with it.`,
    borrowed: "The ratings in use are an example or a link’s: they are not among your data.",
    see: "See it",
    hide: "Hide it",
    export: "Export",
    import: "Import",
    notImported: (why) => `This file was not imported: ${why}`,
    erase: "Erase everything",
    eraseAsk: (count) =>
      count === 0
        ? "Erase the kept models, the budget and your choices?"
        : `Erase ${count === 1 ? "your rating" : `your ${count} ratings`}, the budget and the ` +
          "kept models?",
    eraseYes: "Erase",
    erased: "Everything is erased.",
  },
  requests: {
    title: "What left this device",
    lead:
      "All requests of this page, by the browser’s own record. None has a body, a cookie or a " +
      "rating.",
    total: (count) => (count === 1 ? "request" : "requests"),
    received: "received",
    since: "since you last rated",
    files: (count) => `${count} files: the page, the package, the films, the weights`,
    keptBefore: "kept from before",
    noAnswer: "no answer",
    asked: {
      file: () => "A file.",
      tastes: () => "The genres’ vectors, the same for everyone.",
      list: ({ limit, list, hasRows }) =>
        `${limit} films of the list “${list}”${hasRows ? WITH_ROWS : ""}.`,
      near: ({ limit, hasRows }, title) =>
        `${limit} films around “${title}”${hasRows ? WITH_ROWS : ""}.`,
      other: () => "Something unexpected.",
    },
    revealed: {
      nothing: () => "It revealed nothing about you.",
      draw: () => "It revealed the genre that this device drew, and nothing else.",
      film: ({ near }) => `It revealed this film’s number, ${near}: its button was pressed.`,
      other: ({ strange }) => `It contained ${strange}.`,
    },
  },
  formula: "The value that a film is sorted by: its raw score less a share of its popularity",
  formulaOf: (title) => `With the numbers of the first film of your list, “${title}”.`,
  below:
    "A model learns from what people watched, so it learns what is popular, too. The slider " +
    "takes some of it back: from each raw score it subtracts the logarithm of how often the film " +
    "was rated, times a strength s. Then films that are too similar to those above them move " +
    "down (variety), and a genre gets no more places than you allow.",
  predict: {
    question: "Before you drag: the slider goes to its right end. What becomes of the list?",
    answers: [
      "The same films in another order",
      "Lesser known films of the same taste come up",
      "It has nothing to do with your taste any more",
    ],
    why:
      "At the right end, popularity counts about as much as the score. What remains on top is " +
      "what suits you better than it suits everybody. Try it above.",
  },
  papers: {
    steck: "Steck (2011), Item popularity and recommendation accuracy",
    mmr: "Carbonell and Goldstein (1998), Maximal marginal relevance",
    youtube: "Covington, Adams and Sargin (2016), Deep neural networks for YouTube",
  },
};
