/** docs/visitors.md: the counts in tables, then the lists. */
import { format } from "prettier";

import { ENOUGH, LENGTH, countWith, forAdults } from "./lists.js";

const INTRODUCTION = `# What five visitors are shown

Five made-up visitors give five stars to a few well-known films, chosen before any list of theirs
was seen. Below are the first ${LENGTH} films of each model of the demo: a model alone ranks the
whole catalogue; the two stages run as on the page, with the candidates of the server and with
those found on the device. Popularity stands beside them for scale. This page is made by

\`node training/evaluate/visitors.js > docs/visitors.md\`

A _main genre_ of a visitor is one that at least half of the liked films carry, without Drama,
Comedy and Action, each of which more than a quarter of the catalogue carries. The numbers say how
many of the ${LENGTH} films carry a main genre; in brackets, how many carry a genre that the visitor
named.`;

const RANKED = `## As ranked

A user who likes five films of a genre has often seen Forrest Gump and Pulp Fiction, too. The models
that learn what users met put such films first. The ranker learns what they
choose among films that are shown.`;

const FRESH = `## Less known films first

The first hundred films of each list, re-ranked by \`novelty({ model, strength })\`. Raw scores have
a scale of their own in each model, so has the strength. Strengths and the hundred were chosen among
many with these very lists in view, for as many films with a main genre as possible: the numbers
say what can be had, not what another visitor will get. Accuracy pays for it. With five films given,
a model alone finds .33 to .39 of what people met in its first 20 films, instead of .52 to .54; a
quarter of the strength costs it .04 at most (the tables of \`training/README.md\`, "A step against
popularity").`;

/**
 * @param {Awaited<ReturnType<import("./lists.js").showVisitors>>} all
 * @returns {Promise<string>} Markdown
 */
export function pageOf({ visitors, shown, popular, certificateOf }) {
  const rows = [popular, ...shown];
  const text = [
    INTRODUCTION,
    RANKED,
    table(visitors, rows, "lists"),
    verdict(visitors, shown, "lists", certificateOf),
    FRESH,
    table(visitors, shown, "fresh"),
    verdict(visitors, shown, "fresh", certificateOf),
    ...visitors.map((visitor, at) => section(visitor, at, rows)),
  ];
  return format(text.join("\n\n"), { parser: "markdown", printWidth: 100, proseWrap: "always" });
}

function table(visitors, rows, which) {
  const isFresh = which === "fresh";
  const head = [
    ["", ...(isFresh ? ["strength"] : []), ...visitors.map(({ name }) => name)],
    ["---", ...(isFresh ? ["--:"] : []), ...visitors.map(() => "--:")],
  ];
  const body = rows.map((row) => [
    row.model,
    ...(isFresh ? [row.strength] : []),
    ...row[which].map((list, at) => {
      const { mainGenres, genres } = visitors[at];
      return `${countWith(list, [...mainGenres])} (${countWith(list, genres)})`;
    }),
  ]);
  return [...head, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** How many lists carry enough, and which films for adults the children are shown. */
function verdict(visitors, shown, which, certificateOf) {
  const enough = shown.flatMap((row) =>
    row[which].filter((list, at) => countWith(list, [...visitors[at].mainGenres]) >= ENOUGH),
  );
  const children = visitors.findIndex(({ forChildren }) => forChildren);
  const adults = shown.flatMap((row) => {
    const films = forAdults(row[which][children], certificateOf).map(({ title }) => title);
    return films.length ? [`${films.join(", ")} (${row.model})`] : [];
  });
  return (
    `${enough.length} of ${shown.length * visitors.length} lists have ${ENOUGH} or more of them. ` +
    `Films for adults, rated R or higher by the MPA, in the children's lists: ` +
    `${adults.join("; ") || "none"}.`
  );
}

function section(visitor, at, rows) {
  const liked = visitor.liked.map(({ title }) => title).join(", ");
  const genres = [...visitor.mainGenres].sort().join(", ");
  const lists = rows.flatMap(({ model, strength, lists, fresh }) => [
    `- **${model}**: ${named(lists[at], visitor)}`,
    ...(strength ? [`- ${model}, less known first: ${named(fresh[at], visitor)}`] : []),
  ]);
  const head = `## ${visitor.name}\n\nLiked: ${liked}. Main genres: ${genres}.`;
  return `${head} Films without one are in _italics_.\n\n${lists.join("\n")}`;
}

function named(list, { mainGenres }) {
  const names = list.map(({ title, year, genres }) => {
    const name = year ? `${title} (${year})` : title;
    return genres.some((genre) => mainGenres.has(genre)) ? name : `_${name}_`;
  });
  return names.join("; ");
}
