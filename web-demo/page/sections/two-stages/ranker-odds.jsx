import { useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { describe } from "../../ranking/user-input.js";
import { Formula } from "../../ui/formula.jsx";
import { watchedOf } from "./given.js";
import { HeatRow } from "./heat-row.jsx";
import formula from "./odds.tex";
import { itemValues, runTower } from "./tower.js";

const LISTED = 8;

/** The ranker's real outputs for the first films: e^(Wx + b), as odds. */
export function RankerOdds({ t, ratings, run, models, files }) {
  const films = run.lists.ranked.slice(0, LISTED).map(({ item }) => item);
  const [chosen, choose] = useState(null);
  const film = films.includes(chosen) ? chosen : films[0];
  const { value: scored } = useResult(async () => {
    const user = await models.ranker.user(describe(ratings));
    const raw = await models.ranker.score(user, films, { raw: true });
    return films.map((item, k) => ({ item, raw: raw[k] }));
  }, [JSON.stringify([ratings, films])]);
  if (!scored) return <section class="card" />;
  const most = Math.max(...scored.map(({ raw }) => Math.exp(raw)));
  return (
    <section class="card">
      <h2>{t.odds.title}</h2>
      <p>{t.odds.how}</p>
      <ol class="two-stages-odds">
        {scored.map(({ item, raw }) => (
          <li key={item} data-film={item} data-raw={raw}>
            <button type="button" aria-pressed={item === film} onClick={() => choose(item)}>
              <span class="title">{catalogue.value.get(item).title}</span>
              <span class="logit">{formatNumber(raw, 2)}</span>
              <span class="odds">{formatNumber(Math.exp(raw), 2)}</span>
              <span
                class="two-stages-bar positive"
                style={{ width: `${(100 * Math.exp(raw)) / most}%` }}
              />
            </button>
          </li>
        ))}
      </ol>
      <Sum t={t} file={files.ranker} ratings={ratings} film={film} />
      <p class="hint">{t.odds.stars}</p>
    </section>
  );
}

/** The last layer's products for one film; their sum and the bias are the logit. */
function Sum({ t, file, ratings, film }) {
  const [lit, setLit] = useState(null);
  const { features } = describe(ratings);
  const watched = watchedOf(ratings, file.info.rating.positive).map((id) => file.rowOf(id));
  const given = { ...features, watched, ...itemValues(file, file.rowOf(film)) };
  const hidden = runTower(file, given).layers.at(-1);
  const weights = file.tensors.get("output.weight").values;
  const bias = file.tensors.get("output.bias").values[0];
  const products = hidden.map((value, k) => value * weights[k]);
  const sum = products.reduce((total, product) => total + product, 0);
  const slots = {
    sum: formatNumber(sum, 2),
    bias: formatNumber(bias, 2),
    odds: formatNumber(Math.exp(sum + bias), 2),
  };
  const title = catalogue.value.get(film).title;
  const name = t.odds.products(title, products.length);
  return (
    <>
      <Formula
        mathml={formula}
        label={t.odds.inWords(title, slots.sum, slots.bias, slots.odds)}
        slots={slots}
        lit={lit === null ? null : "products"}
        onTerm={(term) => term === null && setLit(null)}
      />
      <HeatRow
        name={name}
        values={products}
        columns={40}
        lit={lit}
        onPoint={setLit}
        describe={(k) =>
          t.odds.product(
            k + 1,
            formatNumber(weights[k], 3),
            formatNumber(hidden[k], 3),
            formatNumber(products[k], 3),
          )
        }
      />
      <p class="hint" data-logit={sum + bias}>
        {lit === null
          ? t.odds.pointAt
          : t.odds.product(
              lit + 1,
              formatNumber(weights[lit], 3),
              formatNumber(hidden[lit], 3),
              formatNumber(products[lit], 3),
            )}
      </p>
    </>
  );
}
