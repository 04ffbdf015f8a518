import { formatNumber } from "../../state/language.js";
import { Plot } from "../../ui/plot.jsx";
import { bestOf } from "./best.js";
import { learnTexts } from "./texts.js";
import { noiseIn } from "./world.js";

/** Ends of the axis of epochs: it grows in few jumps. */
const ENDS = [25, 50, 100, 200, 400];

/** The errors by epoch, the noise that no model can get below, and the run before, dashed. */
export function Curves({ shown }) {
  const t = learnTexts();
  const { curve, before, world } = shown;
  const [last, best] = [curve.at(-1), bestOf(curve)];
  const noise = noiseIn(world, world.test);
  const two = (value) => formatNumber(value, 2);
  const { model, ...numbers } = before?.settings ?? {};
  return (
    <section class="card learn-curves">
      <h2>{t.curves.title}</h2>
      <ul class="learn-key lines">
        <li class="training">{t.curves.training}</li>
        <li class="test">{t.curves.test}</li>
      </ul>
      <Plot
        height={250}
        label={t.curves.label(two(last.training), two(last.test), two(best.test), best.epoch)}
        options={(library) => chart(library, { curve, best, before, noise, texts: t.curves })}
      />
      <p class="hint">
        {before
          ? t.curves.before(t.curves.run({ model: t.models[model], ...numbers }))
          : t.curves.first}
      </p>
    </section>
  );
}

const COLOURS = { training: "var(--learn-training)", test: "var(--learn-test)" };

function chart(Plot, { curve, best, before, noise, texts }) {
  const lines = (run, options) =>
    ["training", "test"].map((y) =>
      Plot.lineY(run, { x: "epoch", y, stroke: COLOURS[y], clip: true, ...options }),
    );
  const end = ENDS.find((epoch) => epoch >= curve.at(-1).epoch);
  const top = curve.reduce((most, { training, test }) => Math.max(most, training, test), 1.5);
  return {
    marginLeft: 34,
    marginTop: 12,
    marginBottom: 38,
    x: { domain: [0, end], label: texts.epoch, ticks: 5 },
    y: { domain: [0, Math.ceil(2 * top) / 2], label: null, grid: true, ticks: 4 },
    marks: [
      Plot.ruleY([noise], { stroke: "var(--soft)", strokeDasharray: "2 3" }),
      Plot.text([texts.noise], {
        x: end,
        y: noise,
        dy: 9,
        textAnchor: "end",
        fill: "var(--soft)",
      }),
      ...(before ? lines(before.curve, { strokeDasharray: "4 4", strokeOpacity: 0.6 }) : []),
      ...lines(curve, { strokeWidth: 2.5 }),
      Plot.dot([best], { x: "epoch", y: "test", r: 5, fill: COLOURS.test }),
    ],
  };
}
