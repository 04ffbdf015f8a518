export default {
  title: "Two stages",
  lead:
    "No network can look closely at millions of items for every visit. So one network finds some " +
    "hundred candidates by a single vector of you, and another looks closely at those alone. At " +
    "the end the list is arranged: here all of it happens on your device, on your ratings.",
  example: "You have rated nothing yet, so this is the example “Science fiction”.",
  computing: "Computing …",
  candidateStage: "Candidate generation",
  rankStage: "Ranking",
  ms: (ms) => `${ms} ms`,
  funnel: {
    title: "The funnel",
    films: (count) => `${count} films`,
    place: (place) => `no. ${place}`,
    first: (name) => `The first films: ${name}`,
    names: {
      all: "All films",
      candidates: "Candidates",
      ranked: "Ranked",
      reranked: "Re-ranked",
      shown: "Shown",
    },
    what: {
      all: "The whole catalogue, here by how often films are rated. Nothing knows you yet.",
      candidates:
        "The films whose vectors have the largest inner products with yours. Fast and coarse: " +
        "one " +
        "multiplication for each number of a film’s vector.",
      ranked:
        "A second network looks at you and each candidate together: genres, year, how well known " +
        "it is. It sorts by expected watch time.",
      reranked:
        "Arranged: not too similar films beside each other, at most ten of one genre among the " +
        "first twenty.",
      shown:
        "What you see. The number is the ranker’s expected watch time, for which stars stand in.",
    },
    point: "Point at a film: a mark shows where it was in every stage.",
    marked: "Coloured films reach your list.",
    count: "Candidates",
    times: "Times include the way to the page’s worker and back.",
  },
  inside: {
    title: "Inside the first stage",
    how:
      "Point at a cell: what it comes from and where it goes is outlined. Press it to see its " +
      "sum " +
      "below.",
    history: (count, width) =>
      `Watched: ${count} ${count === 1 ? "film" : "films"} with three stars or more, ${width} ` +
      `numbers each`,
    embeddings: "Embeddings of the watched films",
    nothingWatched: "No film with three stars or more: the mean is zero.",
    more: (count) => `And ${count} earlier ones, which count as much. The last 50 are read.`,
    reverse: "Reverse the order",
    mean: "Their mean",
    search: "Searched:",
    chooseWord: (count) => `choose one of ${count} words`,
    removeWord: (word) => `Remove the search ${word}`,
    unknownWord: (word) => `${word} (unknown)`,
    searches: (most) => `Mean of the searches: ${most} at most`,
    count: (count) => `Ratings: ${count}, as v, v², √v`,
    layer: (layer, width) => `Layer ${layer}: ${width} neurons`,
    user: (width) => `Your vector: ${width} numbers`,
    film: (title) => `The vector of ${title}`,
    products: "The products of both",
    score: (title) => `Their sum is the score of ${title}:`,
    cell: (name, place, value) => `${name}, number ${place}: ${value}`,
    check: (difference) =>
      `Drawn here and computed by the package, the vectors differ by ${difference} at most.`,
    bias: (bias) => `The last number of every user is 1: it adds the film’s bias, ${bias}.`,
    found: "The first candidates: press one to see its vector",
    effect: "What the search does",
    noSearch: "Choose a word above.",
    changed: (words, moved, others) =>
      `After searching ${words}, your vector differs by ${moved} at most, and ${others} of the ` +
      "candidates are others.",
    ignored:
      "This model has learned to leave searches out. MovieLens has none; tags stand in, and " +
      "fewer than a tenth of the training users wrote any, so the penalty on weights drew their " +
      "embeddings to nearly zero. At YouTube searches matter, averaged in the same way.",
  },
  neuron: {
    title: (name) => `One number: ${name}`,
    ofUser: (place) => `your vector, number ${place}`,
    ofLayer: (layer, place) => `layer ${layer}, neuron ${place}`,
    ofWatches: (place) => `mean of watches, number ${place}`,
    ofSearches: (place) => `mean of searches, number ${place}`,
    ofCount: ["v of your ratings", "v² of your ratings", "√v of your ratings"],
    table: "The sum of the neuron",
    input: "Comes from",
    value: "Value",
    weight: "× weight",
    product: "= product",
    others: (count) => `${count} weaker inputs`,
    bias: "Bias",
    sum: "Sum",
    relu: "ReLU: negative sums become 0",
    mean: (count, value) =>
      `The mean of this number over ${count} ${count === 1 ? "film" : "films"} is ${value}. ` +
      `The strongest:`,
    searchWhat: (count, value) =>
      count === 0
        ? "Nothing was searched, so the mean of the searches is 0."
        : `The mean of this number over ${count} ${count === 1 ? "search" : "searches"} is ` +
          `${value}.`,
    countWhat: (count, value) =>
      `v is the share of the training histories that are shorter than yours of ${count}. The ` +
      `tower ` +
      `gets v, v² and √v, so that it can bend: this one is ${value}.`,
  },
  watch: {
    title: "Why clickbait loses",
    how: (shown) =>
      `Two invented videos, each shown ${shown} times. Plain logistic regression learns who ` +
      `clicks. ` +
      "The weighted one counts each click by the minutes watched.",
    names: { bait: "Clickbait", good: "A good film" },
    click: "Clicks",
    minutes: "Then watched",
    min: (minutes) => `${minutes} min`,
    first: "1st",
    measures: {
      clicks: "Clicks",
      total: "Minutes in total",
      probability: "Learned: click probability",
      odds: "Learned: odds, weighted",
      perImpression: "True minutes per showing",
    },
    verdict: (clicks, minutes) =>
      clicks === minutes
        ? `First by both: ${clicks.toLowerCase()}.`
        : `First by clicks: ${clicks.toLowerCase()}. First by expected watch time: ` +
          `${minutes.toLowerCase()}.`,
  },
  odds: {
    title: "The ranker’s odds for you",
    how: "Its last layer gives a logit. e to that power are the odds, read as expected watch time.",
    products: (title, count) => `The last layer for ${title}: ${count} products of w and h`,
    product: (place, weight, value, product) =>
      `Neuron ${place}: ${weight} × ${value} = ${product}`,
    inWords: (title, sum, bias, odds) =>
      `The odds of ${title}: e to the power of ${sum} plus ${bias} are ${odds}`,
    pointAt: "Press a film, and point at a product.",
    stars:
      "MovieLens has no watch times: stars stand in, so a film rated 4.5 counts nine times one " +
      "rated 0.5. Where the chance is near 1 the odds exceed five stars: read them as an order.",
  },
  near: {
    title: "Exact or approximate?",
    how: (cells) =>
      `The exact scan looks at every film’s vector. An inverted file sorts the films into ` +
      `${cells} ` +
      "cells by k-means once, and looks only into the cells whose centres fit your vector best.",
    probes: "Cells looked into",
    of: (probes, cells) => `${probes} of ${cells}`,
    building: (cells) => `Sorting the films into ${cells} cells …`,
    best: (count) => `The exact best ${count}, by rank`,
    film: (place, title, turn) => `${place}. ${title}: in cell ${turn} of the order`,
    point: "Point at a square for its film. Filled: found. Hollow: missed.",
    missed: (count) => (count === 0 ? "None is missed." : `Missed: ${count}.`),
    figures: {
      recall10: "Recall@10",
      recall100: "Recall@100",
      looked: "Vectors looked at",
      left: "Candidates for the ranker",
      same: "Same films in your list",
    },
    sameOf: (same, of) => `${same} of ${of}`,
    curve: (recall, share) =>
      `Recall@100 is ${recall} where ${share}% of the vectors are looked at.`,
    share: "vectors looked at, %",
    recall: "Recall@100",
  },
  age: {
    title: "Example age: a miniature",
    how: (days) =>
      `Invented numbers, like figure 4 of the paper: videos are watched most soon after the ` +
      `upload. ` +
      `Trained on the last ${days} days, a model without the age of its examples learns the ` +
      `mean of ` +
      "those days. One with the age can learn when, and is served with age 0: now.",
    knob: "Age it is served with",
    days: (days) => (days === 1 ? "1 day" : `${days} days`),
    since: "days since the upload",
    watches: "watches per 1,000 showings",
    lines: { truth: "What happens", without: "Without the age", with: "With the age" },
    curves: (age) =>
      `Watches by days since the upload: what happens, and what a model says without the age and ` +
      `with it, served with an age of ${age} days.`,
    video: (days) => (days === 1 ? "Uploaded yesterday" : `Uploaded ${days} days ago`),
    own: (features) =>
      `The demo’s own model has no example age: it reads ${features}. See below for why.`,
  },
  predict: {
    order: {
      question: "You rate the same films in another order. What happens to your vector?",
      answers: ["The latest film counts more", "It stays as it is"],
      why:
        "The tower sees the mean of the watched films, and a mean has no order; only which films " +
        "are the last 50 matters. Press “Reverse the order” above: the difference stays near zero.",
    },
    bait: {
      question:
        "A video is clicked three times as often as another, but left after half a minute. Which " +
        "one does a ranker trained on watch time put first?",
      answers: ["The one with more clicks", "The one that is watched", "Neither: they tie"],
      why:
        "Clicks are weighted by minutes, so the odds that the model learns are close to the " +
        "minutes " +
        "per showing. Try it with the knobs of “Why clickbait loses”.",
    },
  },
  below: {
    formulas: "The formulas, with your numbers",
    tower:
      "Your vector is the tower of the mean of your watches, the mean of your searches and your " +
      "count; the probability of a film is the softmax of inner products over the catalogue",
    terms: {
      watches: "The mean of the embeddings of what you watched: the rows of the heat map above.",
      searches: "The mean of the embeddings of your search words; zeros without any.",
      count: "How many ratings you gave, as a quantile, with its square and its root.",
    },
    termsHint: "Point at a term of the formula.",
    sampled:
      "The paper learns by a softmax over millions of videos, of which it samples some thousand. " +
      "The demo’s 3,650 films need no sample. For the order only the inner product counts, which " +
      "is why the search for candidates is a search for the nearest vectors.",
    odds:
      "The learned odds are the sum of the watch times over the impressions without a click, " +
      "about " +
      "the expected watch time times one plus the click probability, about the expected watch time",
    weighted:
      "N impressions, k of them clicked, T the watch time after a click. Clicks weigh T, other " +
      "impressions weigh 1. The approximation holds while few impressions are clicked: raise the " +
      "clicks to 60% above, and the odds leave the true minutes per showing.",
    measuredAge:
      "Example age on MovieLens: on the validation users, Recall@20 / Recall@100 was 0.214 / " +
      "0.392 " +
      "without it, 0.225 / 0.391 with each user’s true age, and 0.159 / 0.354 served with age 0, " +
      "because these users were active between 1996 and 2018 and none of them is there now " +
      "(training/README.md of the repository). So the demo leaves it out.",
  },
};
