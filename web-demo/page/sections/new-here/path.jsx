import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { Plot } from "../../ui/plot.jsx";
import { pathOf } from "./map.js";

const HEIGHT = 380;

/**
 * The path of the vector over the map of films, to the step shown.
 *
 * @param {object} props
 * @param {import("./map.js").FilmMap} props.map
 * @param {import("./steps.js").Step[]} props.steps
 * @param {import("../../state/visitor.js").Rating[]} props.given
 * @param {number} props.at
 * @param {Record<string, any>} props.t texts
 */
export function Path({ map, steps, given, at, t }) {
  const titleOf = (id) => catalogue.value.get(id)?.title ?? String(id);
  const { path, factor } = pathOf(map, steps);
  const rated = new Set(given.slice(0, at).map(([id]) => id));
  const listed = new Set(steps[at].list.map(({ item }) => item));
  const films = map.films.map(({ id, at: [x, y] }) => ({ id, x, y, title: titleOf(id) }));
  const walked = path.slice(0, at + 1).map(([x, y], n) => ({ x, y, n }));
  const axis = (n) => map.ends[n].map((ends) => ends.map(titleOf));
  const [[left, right], [low, high]] = [axis(0), axis(1)];
  return (
    <div class="new-here-map">
      <End texts={high} side="top" />
      <Plot
        height={HEIGHT}
        label={t.mapInWords(
          at,
          [left, right, low, high].map((ends) => ends.join(", ")),
        )}
        options={(Plot) => ({
          axis: null,
          inset: 14,
          margin: 4,
          r: { type: "identity" },
          marks: [
            Plot.dot(films, { x: "x", y: "y", r: 2, fill: "var(--star-empty)", fillOpacity: 0.45 }),
            Plot.dot(
              films.filter(({ id }) => listed.has(id)),
              { x: "x", y: "y", r: 4.5, stroke: "var(--accent)", strokeWidth: 2 },
            ),
            Plot.dot(
              films.filter(({ id }) => rated.has(id)),
              { x: "x", y: "y", r: 4.5, fill: "var(--star)" },
            ),
            Plot.line(walked, { x: "x", y: "y", stroke: "var(--ink)", strokeWidth: 2 }),
            Plot.dot(walked, {
              x: "x",
              y: "y",
              r: ({ n }) => (n === at ? 11 : 9),
              fill: ({ n }) => (n === at ? "var(--accent)" : "var(--ink)"),
            }),
            Plot.text(walked, { x: "x", y: "y", text: "n", fill: "var(--card)", fontWeight: 700 }),
            Plot.tip(films, Plot.pointer({ x: "x", y: "y", title: "title", maxRadius: 16 })),
          ],
        })}
      />
      <End texts={low} side="bottom" />
      <div class="new-here-sides">
        <End texts={left} side="left" />
        <End texts={right} side="right" />
      </div>
      <p class="hint">
        <Key name="path" /> {t.keyPath} <Key name="rated" /> {t.keyRated} <Key name="listed" />{" "}
        {t.keyListed}
      </p>
      <p class="hint" data-share={map.plane.share} data-factor={factor}>
        {t.share(formatNumber(100 * map.plane.share), formatNumber(factor, 1))}
      </p>
    </div>
  );
}

const ARROWS = { top: "↑", bottom: "↓", left: "←", right: "→" };

/** The films that lie farthest out in one direction name it. */
function End({ texts, side }) {
  const words = texts.join(", ");
  return (
    <p class={`new-here-end ${side}`}>
      {side === "right" ? `${words} ${ARROWS[side]}` : `${ARROWS[side]} ${words}`}
    </p>
  );
}

const Key = ({ name }) => <span class={`new-here-key ${name}`} aria-hidden="true" />;
