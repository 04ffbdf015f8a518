import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import { Plot } from "../../ui/plot.jsx";

/**
 * One way to ask a server: what leaves the device, what the server then believes, what is lost.
 *
 * @param {object} props
 * @param {string} props.name
 * @param {string} props.title
 * @param {{ mathml: string, label: string, slots: Record<string, string> }} [props.formula]
 * @param {{ request: string, bytes: string }} props.sent
 * @param {{ label: string, values: ArrayLike<number>, isGenres?: boolean }[]} props.rows
 * @param {{ genres: string[], probabilities: ArrayLike<number>, nearest: number }} props.belief
 * @param {string} props.surer
 * @param {number} props.found share of the visitor's own best films
 * @param {number | null} props.lit a number of the vectors
 * @param {(at: number | null) => void} props.onPoint
 * @param {import("preact").ComponentChildren} props.ledger
 * @param {Record<string, any>} props.t texts
 */
export function Answer(props) {
  const { name, title, formula, sent, rows, belief, surer, found, lit, onPoint, ledger, t } = props;
  return (
    <div class="card privacy-answer" data-way={name}>
      <h2>{title}</h2>
      {formula ? <Formula {...formula} /> : <p class="privacy-plain">{t.noFormula}</p>}
      <h3>{t.leaves}</h3>
      <pre class="privacy-sent" tabIndex={0}>
        {sent.request}
      </pre>
      <p class="hint">{sent.bytes}</p>
      {rows.map(({ label, values, isGenres }) => (
        <div class="privacy-row" key={label}>
          <span>{label}</span>
          <HeatMap
            values={values}
            label={label}
            height="18px"
            lit={isGenres ? null : lit}
            onPoint={isGenres ? undefined : onPoint}
            describe={(at) => t.number(at + 1, values[at])}
          />
        </div>
      ))}
      <p class="hint privacy-number">{lit === null ? t.point : numbersAt(rows, lit, t)}</p>
      <h3>{t.revealed}</h3>
      <Belief {...belief} t={t} />
      <p class="hint" data-surer>
        {surer}
      </p>
      <h3>{t.lost}</h3>
      <p class="privacy-found" data-recall={found}>
        <meter min={0} max={1} value={found} aria-label={t.lost} />{" "}
        {t.found(formatNumber(100 * found))}
      </p>
      {ledger}
    </div>
  );
}

const numbersAt = (rows, at, t) =>
  rows
    .filter(({ isGenres }) => !isGenres)
    .map(({ label, values }) => `${label}: ${formatNumber(values[at], 3)}`)
    .join(" · ") || t.point;

/** The server's probabilities of the genres, the visitor's own marked. */
function Belief({ genres, probabilities, nearest, t }) {
  const bars = genres.map((genre, at) => ({ genre, probability: probabilities[at], at }));
  const first = bars.reduce((best, bar) => (bar.probability > best.probability ? bar : best));
  const share = (value) => formatNumber(100 * value, 1);
  return (
    <Plot
      height={290}
      label={t.belief(genres[nearest], share(probabilities[nearest]), first.genre)}
      options={(Plot) => ({
        marginLeft: 90,
        marginTop: 6,
        marginBottom: 34,
        x: { domain: [0, 1], ticks: [0, 0.5, 1], tickFormat: "%", label: t.probability },
        y: { domain: genres, label: null, tickSize: 0 },
        style: { fontSize: "12px" },
        marks: [
          Plot.barX(bars, {
            y: "genre",
            x: "probability",
            fill: ({ at }) => (at === nearest ? "var(--star)" : "var(--accent)"),
            insetTop: 1,
            insetBottom: 1,
          }),
          Plot.ruleX([1 / genres.length], { stroke: "var(--soft)", strokeDasharray: "3 3" }),
        ],
      })}
    />
  );
}
