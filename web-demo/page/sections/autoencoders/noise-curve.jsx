import { useEffect, useState } from "preact/hooks";
import { FILES } from "../../models/files.js";
import { formatNumber } from "../../state/language.js";
import { Plot } from "../../ui/plot.jsx";
import { COMPARED, SEEDS, keptByNoise } from "./noise-lists.js";
import { KINDS } from "./noise.js";
import { SHOWN } from "./run.js";
import { sectionTexts } from "./texts.js";

const COLOURS = ["var(--negative)", "var(--positive)"];
/** The second line is dashed: where the two are one, both are seen. */
const DASHES = [{}, { strokeDasharray: "7 6" }];

/**
 * How much of the list stays while the noise grows: a dot a draw, a line for their mean.
 *
 * @param {{ history: import("./run.js").History, noise: import("./noise.js").Noise }} props
 */
export function NoiseCurve({ history, noise: { kind, q } }) {
  const t = sectionTexts().noise;
  const points = useCurve(history, kind);
  const draws = points.flatMap(({ name, q: at, draws: kept }) =>
    kept.map((count) => ({ model: FILES[name].label, q: at, kept: count })),
  );
  const lines = points.map((point) => ({ ...point, model: FILES[point.name].label }));
  const means = COMPARED.map((name) => {
    const own = points.filter((point) => point.name === name);
    return own.length > 0 && t.mean(FILES[name].label, formatNumber(own.at(-1).mean, 1));
  });
  return (
    <div data-points={points.length}>
      <p class="autoencoders-legend" aria-hidden="true">
        {COMPARED.map((name, index) => (
          <span key={name} style={{ "--colour": COLOURS[index] }}>
            {FILES[name].label}
          </span>
        ))}
      </p>
      <Plot
        label={t.curveInWords(SEEDS, means.filter(Boolean).join(", "))}
        height={220}
        options={(Plot) => ({
          marginLeft: 30,
          marginTop: 12,
          marginBottom: 40,
          x: {
            label: t.amount[kind],
            labelAnchor: "center",
            labelArrow: "none",
            domain: [0, KINDS[kind].max],
            tickFormat: kind === "gaussian" ? undefined : (value) => `${Math.round(100 * value)}%`,
            ticks: 4,
          },
          y: { label: null, domain: [0, SHOWN], grid: true, ticks: 5 },
          color: { domain: COMPARED.map((name) => FILES[name].label), range: COLOURS },
          marks: [
            Plot.ruleX([q], { stroke: "var(--accent)", strokeDasharray: "4 3" }),
            Plot.dot(draws, {
              x: "q",
              y: "kept",
              z: "model",
              fill: "model",
              r: 3,
              fillOpacity: 0.12,
            }),
            ...COMPARED.map((name, index) =>
              Plot.lineY(
                lines.filter((point) => point.name === name),
                { x: "q", y: "mean", stroke: COLOURS[index], strokeWidth: 2.5, ...DASHES[index] },
              ),
            ),
          ],
        })}
      />
      <p class="hint">{t.curveHint(SEEDS)}</p>
    </div>
  );
}

/** The points so far; it begins anew for another history or kind. */
function useCurve(history, kind) {
  const [points, setPoints] = useState([]);
  useEffect(() => {
    const ending = new AbortController();
    const run = async () => {
      const found = [];
      for await (const point of keptByNoise(history, kind, ending.signal)) {
        found.push(point);
        if (!ending.signal.aborted) setPoints([...found]);
      }
    };
    run().catch(() => setPoints([])); // the card above shows why a model is not there
    return () => ending.abort();
  }, [JSON.stringify(history), kind]);
  return points;
}
