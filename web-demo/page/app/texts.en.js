import { formatNumber } from "../state/language.js";

export default {
  skip: "Skip to the section",
  sections: {
    "for-you": "For you",
    why: "Why deep?",
    ncf: "Factors to networks",
    learn: "Watch it learn",
    autoencoders: "Autoencoders",
    "two-stages": "Two stages",
    "new-here": "New here?",
    privacy: "What a server learns",
    speed: "Speed lab",
    beyond: "Beyond",
  },
  unknown: "The address names no section of this page: here is the first.",
  nav: "Sections",
  theme: {
    names: { system: "as the system", light: "light", dark: "dark" },
    said: (now, next) => `Colours: ${now}. Press for ${next}`,
  },
  link: {
    copy: "Copy a link to this",
    copied: (own, isWhole) =>
      own === 0
        ? "Link copied: it shows what you see."
        : isWhole
          ? `Link copied, with your ${own === 1 ? "rating" : `${own} ratings`} in it.`
          : "Link copied. Your ratings are not in it.",
    failed: "The browser did not let the page copy. Here is the link:",
    withOwn: (own) => (own === 1 ? "Copy it with my rating" : `Copy it with my ${own} ratings`),
    close: "Close",
  },
  language: "Language",
  next: (name) => `Next: ${name}`,
  failed: "The films did not arrive.",
  retry: "Try again",
  sectionFailed: "This section did not arrive.",
  flow: {
    label: (model) => `From your history to a list, by ${model}`,
    empty: "From your history to a list",
    steps: {
      history: "History",
      vector: "Vector",
      candidates: "Candidates",
      scores: "Best score",
      list: "First in the list",
    },
    explained: (section) => `Explained in “${section}”`,
    ratings: (count) => (count === 1 ? "1 rating" : `${count} ratings`),
    numbers: (count) => `${count} numbers`,
    films: (count) => `${formatNumber(count)} ${count === 1 ? "film" : "films"}`,
    time: (ms) => `${ms} ms`,
  },
  you: {
    title: "You",
    ratings: (count) => (count === 1 ? "1 rating" : `${count} ratings`),
    presets: "Begin with an example",
    names: {
      "science-fiction": "Science fiction",
      children: "Children’s films",
      romance: "Romance",
      crime: "Crime",
      "one-film": "One film",
    },
    own: (count) => (count > 0 ? `My own (${count})` : "My own"),
    unfold: (count) => (count === 0 ? "Rate films" : `Rated films (${count})`),
    notKept: "This browser stores nothing for this page: your ratings end with it.",
    search: "Search a film to rate",
    found: (count) => (count === 1 ? "1 film found" : `${count} films found`),
    none: "No film of the catalogue has that in its title.",
    remove: (title) => `Remove ${title}`,
    borrowed: "An example: nothing of it is stored.",
    changed: "Not your own ratings: they are in the link only.",
    keep: "Keep as mine",
    replaces: (own) =>
      own === 1 ? "This replaces your own rating." : `This replaces your ${own} own ratings.`,
    replace: "Replace",
  },
  foot: {
    data:
      "The film titles and the ratings that the models learned from are those of MovieLens, a " +
      "research site run by GroupLens at the University of Minnesota, which does not endorse " +
      "this page: F. Maxwell Harper and Joseph A. Konstan, 2015. The MovieLens Datasets: " +
      "History and Context. ACM TiiS 5, 4, Article 19.",
    notice: "The data set’s notice and conditions",
  },
};
