import { useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { useModel } from "../../models/open-model.js";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { whyTexts } from "./texts.js";

const NEAREST = 5;
const OFFERED = 8;

/** Representation learning: films whose embeddings point the same way. */
export function NearestCard({ history }) {
  const t = whyTexts().nearest;
  const opening = useModel("gmf");
  const films = history.map(({ item }) => item).toReversed();
  const [chosen, choose] = setting("near", 0, { min: 0 });
  const film = catalogue.value.get(chosen) ? chosen : films[0];
  const offered = [...new Set([film, ...films])].slice(0, OFFERED);
  const { value, isBusy: isComputing } = useResult(async () => {
    if (!opening.model) return undefined;
    const near = await opening.model.similar(film, { topK: NEAREST });
    const items = [film, ...near.map(({ item }) => item)];
    const vectors = await opening.model.vectors(items);
    const width = vectors.length / items.length;
    return items.map((item, place) => ({
      item,
      cosine: place ? near[place - 1].score : 1,
      vector: vectors.subarray(place * width, (place + 1) * width),
    }));
  }, [opening.model, film]);
  const isBusy = isComputing || !(value || opening.error);
  return (
    <section class="card why-card" aria-labelledby="why-nearest" aria-busy={isBusy}>
      <h2 id="why-nearest">{t.title}</h2>
      <p class="hint">{t.hint}</p>
      <label class="why-select">
        {t.film}{" "}
        <select value={film} onChange={(event) => choose(Number(event.currentTarget.value))}>
          {offered.map((id) => (
            <option key={id} value={id}>
              {catalogue.value.get(id).title}
            </option>
          ))}
        </select>
      </label>
      <ModelState opening={opening} label="GMF" />
      {value && <Nearest films={value} onChoose={choose} />}
    </section>
  );
}

function Nearest({ films, onChoose }) {
  const t = whyTexts().nearest;
  const [at, setAt] = useState(null);
  const [first, ...near] = films;
  const genresOf = (item) => catalogue.value.get(item)?.genres ?? [];
  const alike = near.filter(({ item }) =>
    genresOf(item).some((genre) => genresOf(first.item).includes(genre)),
  ).length;
  return (
    <>
      <ol class="why-nearest">
        {films.map(({ item, cosine, vector }, place) => (
          <li key={item} data-film={item} data-cosine={cosine}>
            <button type="button" disabled={place === 0} onClick={() => onChoose(item)}>
              {catalogue.value.get(item)?.title ?? item}
            </button>
            <span class="score">{formatNumber(cosine, 2)}</span>
            <HeatMap
              values={vector}
              height="10px"
              label={t.vector(catalogue.value.get(item)?.title ?? item)}
              lit={at}
              onPoint={setAt}
            />
          </li>
        ))}
      </ol>
      <p role="status">{t.alike(alike, near.length)}</p>
    </>
  );
}
