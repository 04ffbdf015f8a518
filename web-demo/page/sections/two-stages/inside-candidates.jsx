import { useMemo, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { FilmList } from "../../ui/film-list.jsx";
import { largest } from "../../ui/heat-colours.js";
import { watchedOf } from "./given.js";
import { HeatRow } from "./heat-row.jsx";
import { History } from "./history.jsx";
import { Neuron } from "./neuron.jsx";
import { describe } from "../../ranking/user-input.js";
import { SearchWords } from "./search-words.jsx";
import { feeds, neuronOf, runTower, strongest, vocabularyOf } from "./tower.js";

const LIT = 10; // inputs and outputs that light up with a neuron
const LISTED = 5;

/** The first stage from inside: averages -> tower -> user vector -> inner product with a film. */
export function InsideCandidates({ t, ratings, words, run, models, files }) {
  const file = files.finder;
  const [isReversed, setReversed] = useState(false);
  const [point, setPoint] = useState(null); // { layer, index, row? }
  const [picked, setPicked] = useState({ layer: 1, index: null });
  const [film, setFilm] = useState(null);
  const { watched, searched, tower } = useMemo(
    () => towerOf(file, ratings, words, isReversed),
    [file, JSON.stringify([ratings, words]), isReversed],
  );
  const shown = run.lists.candidates.some(({ item }) => item === film)
    ? film
    : run.lists.candidates[0].item;
  const lights = lightsOf(file, tower, point);
  const shared = { t, file, tower, point, setPoint, setPicked, lights };
  return (
    <section class="card">
      <h2>{t.inside.title}</h2>
      <p>{t.inside.how}</p>
      <div class="two-stages-inside">
        <div>
          <History {...shared} watched={watched} />
          <button
            type="button"
            class="button"
            aria-pressed={isReversed}
            onClick={() => setReversed(!isReversed)}
          >
            {t.inside.reverse}
          </button>
          <Inputs {...shared} words={words} searched={searched} count={ratings.length} />
          <Check {...{ t, tower, run }} />
        </div>
        <div>
          <Layers {...shared} />
          <FilmVector {...shared} item={shown} score={scoreOf(run, shown)} />
        </div>
      </div>
      <Neuron {...shared} picked={picked} watched={watched} count={ratings.length} />
      <Found {...{ t, ratings, words, run, models, chosen: shown, onChoose: setFilm }} />
    </section>
  );
}

function towerOf(file, ratings, words, isReversed) {
  const films = watchedOf(ratings, file.info.rating.positive);
  const watched = (isReversed ? films.toReversed() : films).slice(-50);
  const known = vocabularyOf(file, "search");
  const searched = words.filter((word) => known.includes(word));
  const tower = runTower(file, {
    watched: watched.map((id) => file.rowOf(id)),
    searched: searched.map((word) => known.indexOf(word)),
    count: ratings.length,
  });
  return { watched, searched, tower };
}

/** For each layer, the cells that go with the one that is pointed at. */
function lightsOf(file, tower, point) {
  if (!point) return [];
  const lights = [];
  const { layer, index } = point;
  lights[layer] = new Set([index]);
  if (layer > 0)
    lights[layer - 1] = new Set(strongest(neuronOf(file, tower, layer, index).products, LIT));
  lights[layer + 1] = new Set(feeds(file, tower, layer, index, LIT));
  return lights;
}

const scoreOf = (run, film) => run.lists.candidates.find(({ item }) => item === film).score;

/** The rest of the input: searches, and how many ratings there are. */
function Inputs({ t, file, tower, point, setPoint, setPicked, lights, words, searched, count }) {
  const [watch, search, ratings] = tower.groups.map(({ values }) => values);
  const most = largest(search);
  const part = (name, values, first) => (
    <HeatRow
      name={name}
      values={values}
      lit={point?.layer === 0 && inPart(point.index, first, values) ? point.index - first : null}
      also={shifted(lights[0], first, values.length)}
      onPoint={(index) => setPoint(index === null ? null : { layer: 0, index: first + index })}
      onPick={(index) => setPicked({ layer: 0, index: first + index })}
      describe={(index) => t.inside.cell(name, index + 1, formatNumber(values[index], 3))}
      height="18px"
    />
  );
  return (
    <>
      {part(t.inside.mean, watch, 0)}
      <SearchWords t={t} file={file} words={words} searched={searched} />
      {part(t.inside.searches(most === 0 ? "0" : most.toExponential(0)), search, watch.length)}
      {part(t.inside.count(count), ratings, watch.length + search.length)}
    </>
  );
}

const inPart = (index, first, { length }) => index >= first && index < first + length;

const shifted = (set, first, length) =>
  new Set([...(set ?? [])].map((index) => index - first).filter((k) => k >= 0 && k < length));

const COLUMNS = [0, 32, 32, 33];

function Layers({ t, tower, point, setPoint, setPicked, lights }) {
  const last = tower.layers.length - 1;
  return tower.layers.slice(1).map((values, k) => {
    const layer = k + 1;
    const name =
      layer === last ? t.inside.user(values.length) : t.inside.layer(layer, values.length);
    return (
      <HeatRow
        key={layer}
        name={name}
        values={values}
        columns={COLUMNS[layer]}
        lit={point?.layer === layer ? point.index : null}
        also={lights[layer]}
        onPoint={(index) => setPoint(index === null ? null : { layer, index })}
        onPick={(index) => setPicked({ layer, index })}
        describe={(index) => t.inside.cell(name, index + 1, formatNumber(values[index], 3))}
      />
    );
  });
}

/** The film's vector, its products with the user's, and their sum. */
function FilmVector({ t, file, tower, point, setPoint, item, score }) {
  const user = tower.layers.at(-1);
  const last = tower.layers.length - 1;
  const { values } = file.tensors.get("item.embedding");
  const first = file.rowOf(item) * user.length;
  const film = values.subarray(first, first + user.length);
  const products = user.map((value, k) => value * film[k]);
  const title = catalogue.value.get(item).title;
  // The last number of every user is 1: it brings the film's bias, which is larger than the rest.
  const row = (name, numbers) => (
    <HeatRow
      name={name}
      values={numbers}
      columns={COLUMNS[last]}
      scale={largest(numbers.slice(0, -1))}
      lit={point?.layer === last ? point.index : null}
      onPoint={(index) => setPoint(index === null ? null : { layer: last, index })}
      describe={(index) => t.inside.cell(name, index + 1, formatNumber(numbers[index], 3))}
    />
  );
  const sum = products.reduce((total, product) => total + product, 0);
  return (
    <>
      {row(t.inside.film(title), film)}
      {row(t.inside.products, products)}
      <p class="hint">{t.inside.bias(formatNumber(film.at(-1), 2))}</p>
      <p class="two-stages-sum" data-sum={sum} data-score={score}>
        {t.inside.score(title)} <strong>{formatNumber(sum, 3)}</strong>
      </p>
    </>
  );
}

/** What is drawn is what the package computes. */
function Check({ t, tower, run }) {
  const own = tower.layers.at(-1);
  const difference = Math.max(...own.map((value, k) => Math.abs(value - run.vector[k])));
  return (
    <p class="hint" role="status" data-difference={difference}>
      {t.inside.check(difference.toExponential(1))}
    </p>
  );
}

/** The first candidates, and what the search has to do with them. */
function Found({ t, ratings, words, run, models, chosen, onChoose }) {
  const { value: without } = useResult(async () => {
    if (words.length === 0) return null;
    const { history, features } = describe(ratings);
    const user = await models.finder.user({ history, features: { count: features.count } });
    const topK = run.lists.candidates.length;
    const list = await models.finder.recommend(user, { topK, exclude: await user.items });
    return { vector: await user.vector, items: new Set(list.map(({ item }) => item)) };
  }, [run]);
  const { candidates } = run.lists;
  return (
    <div class="cards two-stages-found">
      <div>
        <h3>{t.inside.found}</h3>
        <FilmList
          list={candidates.slice(0, LISTED)}
          label={t.inside.found}
          digits={2}
          chosen={chosen}
          onChoose={onChoose}
        />
      </div>
      <div>
        <h3>{t.inside.effect}</h3>
        <p class="hint" role="status" data-words={words.length}>
          {words.length === 0 && t.inside.noSearch}
          {without && <Effect {...{ t, words, run, without }} />}
        </p>
        <p class="hint">{t.inside.ignored}</p>
      </div>
    </div>
  );
}

/** How far the search moves the user's vector, and how many candidates it exchanges. */
function Effect({ t, words, run, without }) {
  const moved = largest(run.vector.map((value, k) => value - without.vector[k]));
  const others = run.lists.candidates.filter(({ item }) => !without.items.has(item)).length;
  return t.inside.changed(
    words.join(", "),
    moved === 0 ? formatNumber(0) : moved.toExponential(0),
    others,
  );
}
