import { formatNumber } from "../../state/language.js";
import { Plot } from "../../ui/plot.jsx";
import { learnTexts } from "./texts.js";

/** How long the gradient of each part of the model was in the last step. */
export function LastStep({ shown: { report } }) {
  const t = learnTexts();
  const bars = report.gradients.map(({ name, length }) => ({ name: t.parameters[name], length }));
  const list = bars.map(({ name, length }) => t.step.parameter(name, formatNumber(length, 3)));
  return (
    <section class="card learn-last-step">
      <h2>{t.step.title}</h2>
      <p class="hint">{whatOf(report, t.step)}</p>
      <Plot
        height={180}
        label={t.step.label(list.join(", "))}
        options={(library, width) => barChart(library, bars, width)}
      />
    </section>
  );
}

/** What the step took: within an epoch the matrix of given ratings outlines it. */
function whatOf({ batch, stepsLeft }, texts) {
  if (batch.length === 0) return texts.none;
  return stepsLeft > 0 ? texts.outlined(batch.length) : texts.batch(batch.length);
}

/** On a logarithmic axis: the parts differ by powers of ten. */
function barChart(Plot, bars, width) {
  return {
    marginLeft: Math.min(150, width / 2),
    marginTop: 0,
    x: {
      type: "log",
      domain: [0.0001, 10],
      ticks: [0.0001, 0.01, 1],
      tickFormat: "~g",
      label: null,
      grid: true,
    },
    y: { domain: bars.map(({ name }) => name), label: null, tickSize: 0 },
    marks: [
      Plot.barX(bars, {
        x1: 0.0001,
        x2: ({ length }) => Math.min(10, Math.max(0.0001, length)),
        y: "name",
        fill: "var(--accent)",
        insetTop: 2,
        insetBottom: 2,
      }),
    ],
  };
}
