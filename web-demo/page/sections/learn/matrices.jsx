import { useMemo } from "preact/hooks";
import { formatNumber, language } from "../../state/language.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { FILMS, USERS } from "./cast.js";
import { Genres } from "./genres.jsx";
import { learnTexts } from "./texts.js";

/** Stars from the mean at which a colour is strongest. */
const SCALE = 2;

/**
 * Users by films, three times: the truth, the training ratings, the predictions. A cell that is
 * pointed at is lit in all, with the given ratings of its user and of its film.
 */
export function Matrices({ shown, cell, point, keep }) {
  const t = learnTexts();
  const { world, mean, report } = shown;
  const { items } = world;
  const lit = cell.user * items + cell.item;
  const cellAt = (index) => ({ user: Math.floor(index / items), item: index % items });
  const common = {
    world,
    mean,
    lit,
    onPoint: (index) => point(index === null ? null : cellAt(index)),
    onPick: (index) => keep(cellAt(index)),
  };
  const batch = report.stepsLeft > 0 ? report.batch : null;
  // The first two stay as they are while it learns: only the third is drawn again.
  const fixed = useMemo(
    () => [
      <Matrix key="truth" name="truth" stars={world.truth} {...common} />,
      <Matrix
        key="given"
        name="given"
        stars={givenStars(world)}
        also={indicesOf(batch ?? relatedTo(cell, world), items)}
        {...common}
      />,
    ],
    [world, lit, batch, t],
  );
  return (
    <section class="card learn-matrices">
      <h2>{t.matrices.title}</h2>
      <Genres />
      <div class="learn-three">
        {fixed}
        <Matrix name="predicted" stars={report.predictions} {...common} />
      </div>
      <p class="hint">
        <i class="learn-swatch more" /> {t.matrices.more} <i class="learn-swatch less" />{" "}
        {t.matrices.less}. {t.matrices.hint}
      </p>
    </section>
  );
}

/** The training ratings, (users, items), NaN where there is none. */
function givenStars({ users, items, train }) {
  const stars = new Float64Array(users * items).fill(NaN);
  for (const { user, item, rating } of train) stars[user * items + item] = rating;
  return stars;
}

/** The training ratings of a cell's user, and of its film. */
const relatedTo = (cell, { train }) =>
  train.filter(({ user, item }) => user === cell.user || item === cell.item);

const indicesOf = (cells, items) => new Set(cells.map(({ user, item }) => user * items + item));

/** One matrix, with its users' and films' hidden genres along the edges. */
function Matrix({ name, stars, world, mean, lit, also, onPoint, onPick }) {
  const { matrices } = learnTexts();
  const { items } = world;
  const describe = (index) => {
    const [user, film] = [USERS[Math.floor(index / items)], FILMS[index % items][language.value]];
    const text = Number.isNaN(stars[index]) ? matrices.none : formatNumber(stars[index], 2);
    return matrices.cell(user, film, text);
  };
  return (
    <figure class={`learn-matrix ${name}`} data-matrix={name}>
      <figcaption>{matrices[name]}</figcaption>
      <Strip genres={world.itemGenres} />
      <Strip genres={world.userGenres} isVertical />
      <HeatMap
        values={stars.map((value) => value - mean)}
        columns={items}
        scale={SCALE}
        label={matrices[name]}
        lit={lit}
        also={also}
        describe={describe}
        onPoint={onPoint}
        onPick={onPick}
      />
    </figure>
  );
}

/** The hidden genres along an edge, as coloured lengths. */
function Strip({ genres, isVertical = false }) {
  const counts = [0, 1, 2, 3].map((genre) => genres.filter((other) => other === genre).length);
  return (
    <div class={`learn-strip ${isVertical ? "vertical" : ""}`} aria-hidden="true">
      {counts.map((count, genre) => (
        <i key={genre} class={`learn-genre-${genre}`} style={{ flexGrow: count }} />
      ))}
    </div>
  );
}
