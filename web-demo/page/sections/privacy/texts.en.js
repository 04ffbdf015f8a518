import { formatNumber } from "../../state/language.js";

const draws = (count) => (count === 1 ? "1 draw" : `${count} draws`);

export default {
  title: "What a server learns",
  lead:
    "This page asks for nothing that is about you: every visitor gets the same films, and the " +
    "models order them here. Where a server is to find films for one visitor, the device can " +
    "blur the answer before it leaves. How much the server may then learn has a measure, " +
    "epsilon, and a budget.",
  model: "Candidate generation",
  epsilon: "Epsilon of a draw",
  ends: ["reveals little", "reveals much"],
  draw: "One more draw",
  restart: "Begin again",
  example: "You have no ratings yet: this is a visitor who likes science fiction.",
  trial:
    "Draws here are a trial: they are sent to nobody, and they spend the budget of a ledger that " +
    "this section has in memory, never your own.",
  requests: (count, asked) =>
    `Requests of this page since the section opened: ${count}, of which ${asked} asked for ` +
    "anything but a file",
  computing: "Drawing …",

  names: { none: "No query", response: "A drawn genre", noisy: "A noisy vector" },
  noFormula: "Everybody sends the same request, so the answer is the same for everybody: ε = 0.",
  responseInWords:
    "The probability of the visitor’s own genre is e to the epsilon over e to the epsilon plus k " +
    "minus 1",
  noisyInWords: "Sent is the direction of the user vector plus normal noise of deviation sigma",
  leaves: "What leaves the device",
  nothing: "nothing: the ledger refused",
  silentBytes: "0 numbers about you.",
  responseBytes: (count, bits) => `One of ${count} genres: ${bits} bits.`,
  noisyBytes: (count, bytes, length) =>
    `${count} numbers, ${bytes} bytes. The vector has length 1, what is sent ${length}.`,
  true: "true vector",
  sentGenres: "sent so far",
  sentVector: "sent, the last",
  sentNothing: "sent: nothing",
  guessed: "server’s guess",
  number: (at, value) => `number ${at}: ${formatNumber(value, 3)}`,
  point: "Point at a number to compare it in all vectors.",

  revealed: "What is revealed",
  probability: "the server’s probability",
  belief: (own, share, first) =>
    `The server gives ${own}, the visitor’s own genre, ${share}%; its first guess is ${first}.`,
  notSurer: "The server is as unsure as before: each genre is as likely as any other.",
  surer: (percent, factor, bound) =>
    `Its first guess has ${percent}%: the odds are ${factor} times those before. At most e^ε of ` +
    `all draws together: ${bound} times.`,

  lost: "What is lost",
  found: (percent) => `${percent} of your own best 100 films are among 100 that the server sends`,
  ledger: "The ledger of this trial",
  spent: (used, budget, count) => `ε ${used} of ${budget} spent, ${draws(count)}`,
  refused: "The ledger refused, so there is no answer:",

  chartTitle: "What one draw finds, by epsilon",
  foundAxis: "own best 100 found",
  chart: (epsilon, none, response, noisy) =>
    `At an epsilon of ${epsilon}, a drawn genre finds ${response}% of the visitor’s own best ` +
    `films on average, a noisy vector ${noisy}%, and no query ${none}%.`,
  chartNote:
    "Below the dashed line a query finds less than no query does. The genre: the exact mean over " +
    "all genres that may be drawn. The vector: 16 draws each, " +
    "shaded from the lowest to the highest. The server knows the mechanism, and draws a noisy " +
    "vector towards the mean of all tastes. A vector of 65 numbers says so much that the noise " +
    "must be large.",

  predict: {
    question: "Twice the epsilon: by how much can an answer shift the server’s odds at most?",
    answers: ["By twice the factor", "By the square of the factor", "By the same factor"],
    right: 1,
    why:
      "The bound is e^ε, so twice the epsilon squares it: 20 times at 3, 403 times at 6. Two " +
      "draws at 3 are bounded as one at 6: press “One more draw” and compare.",
  },
  definition:
    "The probability of an answer for one visitor is at most e to the epsilon times that for " +
    "another, plus delta",
  meaning: (epsilon, factor) =>
    "x and y are any two visitors, whatever their ratings, and S any set of answers. So whatever " +
    `the server knows, and however it computes: at ε = ${epsilon} one answer shifts the odds of ` +
    `anything it believes about you by a factor of ${factor} at most (except with probability ` +
    "about δ; for the drawn genre δ is 0, for the noisy vector a millionth).",
  budget:
    "Epsilons add up: the mean of many noisy vectors is the vector, and a genre drawn often is " +
    "yours. That is why the package’s history keeps a ledger with a budget, records each draw " +
    "before the answer is computed, and refuses what goes beyond. In “For you” that ledger is " +
    "real.",
};
