import { FILES } from "../../models/files.js";
import { formatNumber } from "../../state/language.js";
import { Choice } from "../../ui/choice.jsx";
import { Plot } from "../../ui/plot.jsx";
import { WideTable } from "../../ui/wide-table.jsx";

const POPULARITY = "popularity";
export const METRICS = ["Recall@20", "NDCG@100"];

/**
 * How good the lists are after so many liked films: measured on users whom no model was trained on.
 *
 * @param {object} props
 * @param {{ given: number[], users: number[], models: Record<string, Record<string, number[]>> }}
 *   props.few
 * @param {{ low: number, high: number }[]} props.interval of the model that is shown above
 * @param {string} props.way the model that is shown above
 * @param {number} props.liked films that this visitor likes at the step shown
 * @param {string} props.metric
 * @param {(metric: string) => void} props.onMetric
 * @param {Record<string, any>} props.t texts
 */
export function Curve({ few, interval, way, liked, metric, onMetric, t }) {
  const { given } = few;
  const nearest = nearestOf(given, liked);
  const valueOf = (model) => few.models[model][metric][given.indexOf(nearest)];
  const digits = (value) => formatNumber(value, 3);
  const words = t.curveHere(
    liked,
    nearest,
    labelOf(way, t),
    metric,
    digits(valueOf(way)),
    digits(valueOf(POPULARITY)),
  );
  return (
    <>
      <Choice
        label={t.metric}
        value={metric}
        options={METRICS.map((name) => ({ value: name, label: name }))}
        onChange={onMetric}
      />
      <Plot
        height={300}
        label={words}
        options={(Plot) => optionsOf(Plot, { few, interval, way, liked, metric, t })}
      />
      <p class="new-here-place" data-nearest={nearest} data-value={valueOf(way)}>
        {words}
      </p>
      <p class="hint">{t.interval}</p>
      <Numbers few={few} metric={metric} way={way} t={t} />
    </>
  );
}

function optionsOf(Plot, { few, interval, way, liked, metric, t }) {
  const { given, models } = few;
  const points = Object.entries(models).flatMap(([model, figures]) =>
    figures[metric].map((value, at) => ({ model, given: given[at], value })),
  );
  const of = (model) => points.filter((point) => point.model === model);
  const others = points.filter(({ model }) => model !== way && model !== POPULARITY);
  const ends = [POPULARITY, way].map((model) => of(model).at(-1));
  const place = Math.min(Math.max(liked, given[0]), given.at(-1));
  const line = { x: "given", y: "value", z: "model" };
  return {
    marginRight: 82,
    marginLeft: 44,
    marginBottom: 44,
    x: { type: "log", ticks: given, tickFormat: String, label: t.likedGiven, labelOffset: 40 },
    y: { label: metric, grid: true, nice: true },
    marks: [
      Plot.areaY(interval, {
        x: (_, at) => given[at],
        y1: "low",
        y2: "high",
        fill: "var(--accent)",
        fillOpacity: 0.12,
      }),
      Plot.line(others, { ...line, stroke: "var(--star-empty)", strokeOpacity: 0.55 }),
      Plot.line(of(POPULARITY), {
        ...line,
        stroke: "var(--negative)",
        strokeWidth: 2,
        strokeDasharray: "6 4",
      }),
      Plot.line(of(way), { ...line, stroke: "var(--accent)", strokeWidth: 3 }),
      Plot.dot(of(way), { x: "given", y: "value", r: 4, fill: "var(--accent)" }),
      Plot.text(ends, {
        x: "given",
        y: "value",
        text: ({ model }) => labelOf(model, t),
        fill: ({ model }) => (model === way ? "var(--accent)" : "var(--negative)"),
        textAnchor: "start",
        dx: 8,
        fontWeight: 600,
      }),
      ...(liked > 0
        ? [
            Plot.ruleX([place], { stroke: "var(--star)", strokeWidth: 2 }),
            Plot.text([place], {
              x: (x) => x,
              frameAnchor: "top",
              dy: -12,
              text: () => t.you,
              fill: "var(--star)",
              fontWeight: 700,
            }),
          ]
        : []),
      Plot.tip(
        points,
        Plot.pointer({
          x: "given",
          y: "value",
          title: ({ model, value }) => `${labelOf(model, t)}: ${formatNumber(value, 3)}`,
        }),
      ),
    ],
  };
}

const labelOf = (model, t) => t.modelNames[model] ?? FILES[model].label;

/** The measured number of films that is nearest below, or the first. */
const nearestOf = (given, liked) => given.findLast((count) => count <= liked) ?? given[0];

/** All numbers of the chart, as a table. */
function Numbers({ few, metric, way, t }) {
  return (
    <details>
      <summary>{t.numbers}</summary>
      <WideTable>
        <table>
          <thead>
            <tr>
              <th scope="col">{t.likedGiven}</th>
              {few.given.map((count) => (
                <th scope="col" class="number" key={count}>
                  {count}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {Object.entries(few.models).map(([model, figures]) => (
              <tr key={model} class={model === way ? "new-here-chosen" : undefined}>
                <th scope="row">{labelOf(model, t)}</th>
                {figures[metric].map((value, at) => (
                  <td class="number" key={few.given[at]}>
                    {formatNumber(value, 3)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">{t.users}</th>
              {few.users.map((count, at) => (
                <td class="number" key={few.given[at]}>
                  {count}
                </td>
              ))}
            </tr>
          </tfoot>
        </table>
      </WideTable>
    </details>
  );
}
