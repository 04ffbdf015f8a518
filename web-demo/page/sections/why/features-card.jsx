import { fetchBytes } from "../../models/insides.js";
import { openOwn } from "../../models/open-model.js";
import { describe } from "../../ranking/user-input.js";
import { setting } from "../../state/address.js";
import { useResult } from "../../state/use-result.js";
import { Choice } from "../../ui/choice.jsx";
import { FilmList } from "../../ui/film-list.jsx";
import { columnsOf, without } from "./features.js";
import { fresh, moved } from "./lists.js";
import { whyTexts } from "./texts.js";

const LISTED = 6;
const COMPARED = 20;
const NAME = "ranker";

/** What can be left out, by the features of the file. */
export const LEFT_OUT = {
  nothing: [],
  genres: ["genres"],
  facts: ["year", "popularity", "film_rating"],
  counts: ["count", "mean_rating"],
  watched: ["watched"],
};

/** Flexibility: inputs of any kind beside each other, and the list without some of them. */
export function FeaturesCard({ ratings }) {
  const t = whyTexts().features;
  const [left, leave] = setting("without", "nothing", { among: Object.keys(LEFT_OUT) });
  const { value, error, isBusy } = useResult(async () => {
    const bytes = await fetchBytes(NAME);
    const all = await listBy(bytes, ratings);
    const list = left === "nothing" ? all : await listBy(without(bytes, LEFT_OUT[left]), ratings);
    const changed = { places: moved(all, list), films: fresh(all, list) };
    return { list, changed, columns: columnsOf(bytes), left };
  }, [JSON.stringify(ratings), left]);
  return (
    <section class="card why-card" aria-labelledby="why-features" aria-busy={isBusy}>
      <h2 id="why-features">{t.title}</h2>
      <p class="hint">{t.hint}</p>
      <Choice
        label={t.inputs}
        value={left}
        options={Object.keys(LEFT_OUT).map((name) => ({ value: name, label: t.without[name] }))}
        onChange={leave}
      />
      {error && (
        <p class="alert" role="alert">
          {error.message}
        </p>
      )}
      {value && (
        <>
          <Inputs columns={value.columns} leftOut={LEFT_OUT[value.left]} />
          <FilmList
            list={value.list.slice(0, LISTED)}
            label={t.list}
            digits={2}
            marked={value.changed.places}
          />
          <p
            role="status"
            data-moved={value.changed.places.size}
            data-new={value.changed.films.size}
          >
            {value.left === "nothing"
              ? t.whole
              : t.changed(value.changed.places.size, value.changed.films.size, COMPARED)}
          </p>
        </>
      )}
    </section>
  );
}

async function listBy(bytes, ratings) {
  const model = await openOwn(bytes);
  try {
    const user = await model.user(describe(ratings));
    const exclude = ratings.map(([item]) => item);
    return await model.recommend(user, { topK: COMPARED, exclude, raw: true });
  } finally {
    await model.dispose();
  }
}

/** The columns of the tower's input, as wide as they are many. */
function Inputs({ columns, leftOut }) {
  const t = whyTexts().features;
  return (
    <ul class="why-inputs" aria-label={t.columns}>
      {columns.map(({ name, side, count }) => (
        <li
          key={name}
          class={leftOut.includes(name) ? "off" : side}
          style={{ flexGrow: count }}
          title={t.column(t.names[name], count)}
        >
          <span>{t.names[name]}</span>
        </li>
      ))}
    </ul>
  );
}
