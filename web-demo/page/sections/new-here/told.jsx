import { catalogue } from "../../models/films.js";
import { filmsWithMost } from "./map.js";

/** In words, what the last rating did, or what the number pointed at is. One height for both. */
export function Told({ steps, given, at, way, column, map, insides, t }) {
  const titleOf = (id) => catalogue.value.get(id)?.title;
  if (column !== null) {
    const films = filmsWithMost(map, insides, column, 3).map(({ id }) => titleOf(id));
    return (
      <p class="hint new-here-told">
        {t.column(column + 1, steps[at].vector[column], films, way === "neumf")}
      </p>
    );
  }
  if (at === 0) return <p class="hint new-here-told">{t.before[way]}</p>;
  const moved = distance(steps[at].vector, steps[at - 1].vector);
  const first = distance(steps[1].vector, steps[0].vector);
  const [id, stars] = given[at - 1];
  return (
    <p class="hint new-here-told" data-moved={moved}>
      {moved < 1e-6
        ? t.still(titleOf(id), stars)
        : t.moved(titleOf(id), stars, moved, at > 1 && first > 1e-6 ? moved / first : null)}
    </p>
  );
}

const distance = (a, b) => Math.hypot(...a.map((value, k) => value - b[k]));
