import { formatNumber } from "../../state/language.js";
import { Plot } from "../../ui/plot.jsx";
import { WideTable } from "../../ui/wide-table.jsx";

const SERIES = ["package", "through", "plain"];
const COLOURS = ["var(--positive)", "var(--star)", "var(--negative)"];

/** What was found, in a sentence: no claim without its number. */
export function Headline({ t, run: { results, about } }) {
  const last = results.at(-1);
  return (
    <p
      class="speed-headline"
      role="status"
      data-ratio={last?.ratio}
      data-size={last?.size}
      data-simd={about?.simd}
    >
      {last
        ? t.headline(formatNumber(last.ratio, 1), formatNumber(last.size), t.simd[about.simd])
        : t.waiting}
    </p>
  );
}

/** Milliseconds by candidates, as they come. */
export function Curves({ t, run: { results, sizes } }) {
  const points = results.flatMap((result) =>
    SERIES.map((name) => ({ size: result.size, time: result[name], name: t.series[name] })),
  );
  const names = SERIES.map((name) => t.series[name]);
  return (
    <Plot
      label={t.curves(results.length)}
      height={320}
      options={(Plot) => ({
        marginLeft: 54,
        marginBottom: 42,
        x: {
          type: "log",
          label: t.candidates,
          labelAnchor: "center",
          domain: [sizes[0], sizes.at(-1)],
          ticks: 5,
          tickFormat: (size) => formatNumber(size),
        },
        y: { type: "log", label: t.ms, grid: true, ticks: 5, tickFormat: timeText },
        color: { domain: names, range: COLOURS, legend: true },
        marks: [
          Plot.line(points, { x: "size", y: "time", stroke: "name", z: "name" }),
          Plot.dot(points, { x: "size", y: "time", fill: "name", r: 4 }),
        ],
      })}
    />
  );
}

/** Three digits that count. */
function timeText(ms) {
  const digits = ms > 0 ? 2 - Math.floor(Math.log10(ms)) : 0;
  return formatNumber(ms, Math.max(0, Math.min(6, digits)));
}

export function Table({ t, run: { results } }) {
  const columns = ["candidates", "package", "plain", "ratio", "through", "difference"];
  return (
    <WideTable label={t.table}>
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} class="number">
                {t.columns[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {results.map((result) => (
            <tr
              key={result.size}
              data-size={result.size}
              data-difference={result.difference}
              data-ratio={result.ratio}
              data-package={result.package}
              data-plain={result.plain}
            >
              <td class="number">{formatNumber(result.size)}</td>
              <td class="number">{timeText(result.package)}</td>
              <td class="number">{timeText(result.plain)}</td>
              <td class="number strong">{t.times(formatNumber(result.ratio, 1))}</td>
              <td class="number">{timeText(result.through)}</td>
              <td class="number">{result.difference.toExponential(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}
