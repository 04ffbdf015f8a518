import { useMemo, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import formula from "./ease.tex";
import { easeMatrix, easeWeights, likedOf } from "./numbers.js";

/**
 * EASE from inside: the weights of the visitor's films on the films of its list, and the sum for the
 * chosen one.
 *
 * @param {object} props
 * @param {import("../../models/insides.js").Insides} props.insides
 * @param {import("../../state/visitor.js").Rating[]} props.ordered
 * @param {{ item: number }[]} props.list
 * @param {number} props.film
 * @param {number} props.score by the package
 * @param {(film: number) => void} props.onChoose
 * @param {Record<string, any>} props.t texts
 */
export function EaseInside({ insides, ordered, list, film, score, onChoose, t }) {
  const [lit, setLit] = useState(null);
  const matrix = useMemo(() => easeMatrix(insides), [insides]);
  const history = likedOf(insides, ordered);
  const films = [...new Set([...list.map(({ item }) => item), film])];
  const weights = films.map((item) => easeWeights(matrix, history, item));
  const values = history.flatMap((_, i) => weights.map((column) => column[i]));
  const chosen = films.indexOf(film);
  const own = weights[chosen];
  const sum = own.reduce((total, weight) => total + weight, 0);
  const strongest = Math.max(...own.map(Math.abs)) || 1;
  const column = new Set(history.map((_, i) => i * films.length + chosen));
  const titleOf = (id) => catalogue.value.get(id)?.title;
  const describe = (at) => {
    const [i, j] = [Math.floor(at / films.length), at % films.length];
    return t.weight(titleOf(history[i]), titleOf(films[j]), formatNumber(values[at], 4));
  };
  return (
    <div class="card" data-inside="ease" data-sum={sum} data-score={score}>
      <h2>{t.ease.title}</h2>
      <p class="hint">{t.ease.map}</p>
      <div class="beyond-map">
        <ol class="beyond-labels" aria-hidden="true">
          {history.map((id) => (
            <li key={id}>{titleOf(id)}</li>
          ))}
        </ol>
        <HeatMap
          values={values}
          columns={films.length}
          label={t.ease.mapLabel}
          lit={lit}
          also={column}
          onPoint={setLit}
          onPick={(at) => onChoose(films[at % films.length])}
          describe={describe}
          height={`${24 * history.length}px`}
        />
      </div>
      <p class="hint beyond-told">
        {lit === null || lit >= values.length ? t.ease.point : describe(lit)}
      </p>
      <Formula mathml={formula} label={t.ease.words} slots={{ score: formatNumber(sum, 4) }} />
      <table class="beyond-sum">
        <caption>{t.ease.sum(titleOf(film))}</caption>
        <tbody>
          {history.map((id, i) => (
            <tr key={id}>
              <th scope="row">{titleOf(id)}</th>
              <td class="beyond-bar" aria-hidden="true">
                <span
                  class={own[i] < 0 ? "negative" : undefined}
                  style={{ width: `${(100 * Math.abs(own[i])) / strongest}%` }}
                />
              </td>
              <td class="number">{formatNumber(own[i], 4)}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row">{t.total}</th>
            <td class="hint">{t.byPackage(formatNumber(score, 4))}</td>
            <td class="number">{formatNumber(sum, 4)}</td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}
