/** docs/visitors.md: the counts in a table, then the lists. */
import { format } from "prettier";

import { ENOUGH, LENGTH, countWith, forAdults } from "./lists.js";

const INTRODUCTION = `# What five visitors are shown

Five made-up visitors give five stars to a few well-known films, chosen before any list of theirs
was seen. Below are the first ${LENGTH} films that each model of the demo then shows: a model alone
ranks the whole catalogue; the two stages run as on the page, with the candidates of the server and
with those found on the device. Popularity stands beside them for scale.

A _main genre_ of a visitor is one that at least half of the liked films carry, without Drama,
Comedy and Action, each of which more than a quarter of the catalogue carries. Each number says how
many of the ${LENGTH} films carry a main genre; in brackets, how many carry a genre that the visitor
named. In the lists, films without a main genre are in _italics_.

    node training/evaluate/visitors.js > docs/visitors.md
`;

/**
 * @param {Awaited<ReturnType<import("./lists.js").showVisitors>>} all
 * @returns {Promise<string>} Markdown
 */
export function pageOf({ visitors, shown, popular, certificateOf }) {
  const rows = [popular, ...shown];
  const sections = visitors.map((visitor, at) => section(visitor, at, rows, certificateOf));
  const text = [INTRODUCTION, table(visitors, rows), verdict(visitors, shown), ...sections];
  return format(text.join("\n\n"), { parser: "markdown", printWidth: 100, proseWrap: "always" });
}

function table(visitors, rows) {
  const head = [
    ["", ...visitors.map(({ name }) => name)],
    ["---", ...visitors.map(() => "--:")],
  ];
  const body = rows.map(({ model, lists }) => [
    model,
    ...lists.map(
      (list, at) =>
        `${countWith(list, [...visitors[at].mainGenres])} (${countWith(list, visitors[at].genres)})`,
    ),
  ]);
  return [...head, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function verdict(visitors, shown) {
  const enough = shown.flatMap(({ lists }) =>
    lists.filter((list, at) => countWith(list, [...visitors[at].mainGenres]) >= ENOUGH),
  );
  const count = shown.length * visitors.length;
  return `At least ${ENOUGH} films carry a main genre in ${enough.length} of these ${count} lists.`;
}

function section(visitor, at, rows, certificateOf) {
  const liked = visitor.liked.map(({ title }) => title).join(", ");
  const genres = [...visitor.mainGenres].sort().join(", ");
  const lists = rows.map(
    ({ model, lists }) =>
      `- **${model}**: ${lists[at].map((film) => named(film, visitor)).join("; ")}`,
  );
  const adults = visitor.forChildren ? `\n\n${adultsIn(at, rows, certificateOf)}` : "";
  return `## ${visitor.name}\n\nLiked: ${liked}. Main genres: ${genres}.${adults}\n\n${lists.join("\n")}`;
}

function adultsIn(at, rows, certificateOf) {
  const found = rows.flatMap(({ model, lists }) => {
    const films = forAdults(lists[at], certificateOf).map(({ title }) => title);
    return films.length ? [`${model}: ${films.join(", ")}`] : [];
  });
  const rule = "A film for adults is one that the MPA did not rate G, PG or PG-13.";
  return `${rule} ${found.length ? `Shown all the same: ${found.join("; ")}.` : "None is shown."}`;
}

function named({ title, year, genres }, { mainGenres }) {
  const name = year ? `${title} (${year})` : title;
  return genres.some((genre) => mainGenres.has(genre)) ? name : `_${name}_`;
}
