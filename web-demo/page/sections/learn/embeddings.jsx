import { useRef } from "preact/hooks";
import { language } from "../../state/language.js";
import { Plot } from "../../ui/plot.jsx";
import { FILMS, USERS } from "./cast.js";
import { Genres, SYMBOLS } from "./genres.jsx";
import { learnTexts } from "./texts.js";

/** Users' and films' embeddings in the plane by hidden genre; those of the cell are ringed. */
export function Embeddings({ shown, cell }) {
  const t = learnTexts();
  const { world, report } = shown;
  const panels = [
    ["users", report.map.users, world.userGenres, cell.user, USERS[cell.user]],
    ["items", report.map.items, world.itemGenres, cell.item, FILMS[cell.item][language.value]],
  ];
  return (
    <section class="card learn-embeddings">
      <h2>{t.maps.title}</h2>
      <Genres />
      <div class="learn-two">
        {panels.map(([name, coordinates, genres, lit, title]) => (
          <figure key={name} data-map={name}>
            <figcaption>
              {t.maps[name]} <span>◯ {title}</span>
            </figcaption>
            <Panel
              run={JSON.stringify(shown.settings)}
              points={genres.map((genre, row) => ({
                x: coordinates[2 * row],
                y: coordinates[2 * row + 1],
                genre,
              }))}
              lit={lit}
              label={t.maps.label(t.maps[name])}
            />
          </figure>
        ))}
      </div>
      <p class="hint">{t.maps.hint}</p>
    </section>
  );
}

/** The axes grow while a run goes on, in steps, so that the points are seen to move. */
function Panel({ run, points, lit, label }) {
  const size = useRef({ run, reach: 0 });
  if (size.current.run !== run) size.current = { run, reach: 0 };
  const far = points.reduce((most, { x, y }) => Math.max(most, Math.abs(x), Math.abs(y)), 0.2);
  if (far > size.current.reach) size.current.reach = 1.4 * far;
  const domain = [-size.current.reach, size.current.reach];
  return (
    <Plot
      height={240}
      label={label}
      options={(library) => scatter(library, { points, domain, lit: points[lit] })}
    />
  );
}

function scatter(Plot, { points, domain, lit }) {
  const at = { x: "x", y: "y" };
  const dots = points.map(({ x, y, genre }) => ({ x, y, genre, symbol: SYMBOLS[genre] }));
  return {
    margin: 6,
    x: { domain, axis: null },
    y: { domain, axis: null },
    symbol: { type: "identity" },
    marks: [
      Plot.ruleX([0], { stroke: "var(--line)" }),
      Plot.ruleY([0], { stroke: "var(--line)" }),
      Plot.dot(dots, {
        ...at,
        symbol: "symbol",
        r: 4.5,
        fill: ({ genre }) => `var(--learn-genre-${genre})`,
      }),
      Plot.dot([lit], { ...at, r: 8, stroke: "var(--ink)", strokeWidth: 1.5 }),
    ],
  };
}
