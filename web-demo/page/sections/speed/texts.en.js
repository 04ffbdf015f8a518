export default {
  title: "Speed lab",
  lead:
    "A model in your browser is only good if it is fast on your machine, so measure it here. " +
    "This " +
    "package computes in WebAssembly with SIMD, four numbers at a time; beside it runs the same " +
    "model in plain JavaScript, written for speed. Both score your candidates, and the " +
    "scores are " +
    "compared.",
  example: "You have rated nothing yet, so the user is the example “Science fiction”.",
  card: "This package beside plain JavaScript",
  model: "Model",
  models: { neumf: "NeuMF: products and a tower", candidates: "A dot product" },
  start: "Measure up to 100,000 candidates",
  stop: "Stop",
  progress: "Progress of the measurement",
  measuring: (done, all) => `Measuring: ${done} of ${all} sizes`,
  measured: (done, all) => `Measured: ${done} of ${all} sizes`,
  waiting: "The first numbers come in a moment …",
  simd: { relaxed: "relaxed SIMD", simd128: "SIMD of 128 bits" },
  headline: (ratio, size, simd) =>
    `Your machine, this browser: plain JavaScript takes ${ratio} times as long for ${size} ` +
    `candidates. In use: ${simd}.`,
  series: {
    package: "This package",
    through: "This package, asked by the page through its worker",
    plain: "Plain JavaScript",
  },
  curves: (count) => `Milliseconds by number of candidates, both logarithmic, for ${count} sizes.`,
  candidates: "candidates",
  ms: "milliseconds",
  table: "The measurements",
  columns: {
    candidates: "Candidates",
    package: "Package, ms",
    plain: "JavaScript, ms",
    ratio: "Ratio",
    through: "Through worker, ms",
    difference: "Scores differ by",
  },
  times: (ratio) => `${ratio} ×`,
  how:
    "Medians of seven rounds in which both take turns, in a worker of the lab, so that the page " +
    "stays free. In each round a call is repeated for 12 ms or more, since browsers round their " +
    "clocks. Above 3,650 candidates the catalogue’s films repeat. “Through worker” is the " +
    "median of " +
    "five calls as an app makes them: rows to the page’s worker, scores back.",
  predict: {
    question:
      "The page asks the package through a worker. When does the message cost more than the " +
      "scoring?",
    answers: ["For few candidates", "For many candidates", "Never"],
    why:
      "A message and its answer take about as long whatever they ask for, some tenths of a " +
      "millisecond. Scoring ten films takes far less. See how the lines meet as " +
      "candidates " +
      "become more.",
  },
  below: {
    title: "What one candidate costs",
    formula: "The rate: candidates times multiplications each, by the time",
    rate: (work, ours, theirs) =>
      `A candidate takes ${work} multiplications and additions, after the user’s half of the ` +
      `first ` +
      `layer is done once. At the largest size above that is ${ours} billion a second in the ` +
      `package, ${theirs} billion in JavaScript.`,
    why:
      "SIMD works on four floats in one instruction; relaxed SIMD also multiplies and adds " +
      "in one. " +
      "Engines compute JavaScript’s numbers as doubles, one at a time. Small lists show the " +
      "cost of " +
      "a call instead: checking what was passed, and entering WebAssembly.",
    fair:
      "The JavaScript is not a straw man: flat Float32Arrays, no allocation but the result, four " +
      "independent sums, two candidates at a time through the tower, and the same work done " +
      "beforehand as in the package. For the dot product the package reads the vectors in half " +
      "precision, as the file stores them; JavaScript has them as floats, twice the memory.",
  },
};
