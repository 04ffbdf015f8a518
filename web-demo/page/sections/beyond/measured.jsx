import { FILES } from "../../models/files.js";
import { openFigures } from "../../models/figures.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { WideTable } from "../../ui/wide-table.jsx";

const METRICS = ["Recall@20", "NDCG@100"];

/**
 * How good the lists are: measured on users whom no model was trained on.
 *
 * @param {object} props
 * @param {readonly string[]} props.shown models that are shown above
 * @param {Record<string, any>} props.t texts
 */
export function Measured({ shown, t }) {
  const { value: figures, error } = useResult(openFigures, []);
  if (error) return <p role="alert">{error.message}</p>;
  if (!figures) return <p class="loading">…</p>;
  const { long, short } = figures;
  const [one, twenty] = [1, 20].map((count) => short.given.indexOf(count));
  const recall = (model, at) => short.models[model]?.["Recall@20"][at].value;
  const known = Object.entries(long.models).filter(
    ([model]) => t.modelNames[model] ?? FILES[model],
  );
  const rows = known.map(([model, values]) => ({
    model,
    numbers: [...METRICS.map((name) => values[name]), recall(model, one), recall(model, twenty)],
  }));
  rows.sort((a, b) => b.numbers[1] - a.numbers[1]);
  return (
    <div class="card">
      <h2>{t.measured}</h2>
      <WideTable>
        <table class="beyond-measured">
          <thead>
            <tr>
              <th scope="col">{t.model}</th>
              {[...METRICS, t.after(1), t.after(20)].map((name) => (
                <th scope="col" class="number" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map(({ model, numbers }) => (
              <tr
                key={model}
                class={shown.includes(model) ? "shown" : undefined}
                data-model={model}
              >
                <th scope="row">{t.modelNames[model] ?? FILES[model].label}</th>
                {numbers.map((value, at) => (
                  <td class="number" key={at}>
                    {value === undefined ? "–" : formatNumber(value, 3)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
      <p class="hint">{t.measuredNote}</p>
    </div>
  );
}
