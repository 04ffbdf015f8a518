import { formatNumber } from "../../state/language.js";
import { Plot } from "../../ui/plot.jsx";
import { EPSILONS } from "./losses.js";

/**
 * What is found for each epsilon.
 *
 * @param {object} props
 * @param {import("./losses.js").Loss[]} props.losses
 * @param {number} props.none found without a query
 * @param {number} props.epsilon
 * @param {Record<string, any>} props.t texts
 */
export function LossChart({ losses, none, epsilon, t }) {
  const ends = [
    { y: losses.at(-1).response, text: t.names.response, fill: "var(--accent)" },
    { y: losses.at(-1).noisy, text: t.names.noisy, fill: "var(--negative)" },
  ];
  const near = losses.findLast((loss) => loss.epsilon <= epsilon);
  const x = (loss) => Math.log2(loss.epsilon);
  const percent = (value) => formatNumber(100 * value);
  return (
    <Plot
      height={260}
      label={t.chart(near.epsilon, percent(none), percent(near.response), percent(near.noisy))}
      options={(Plot) => ({
        marginRight: 104,
        marginBottom: 42,
        x: {
          ticks: EPSILONS.map(Math.log2),
          tickFormat: (x) => String(2 ** x),
          label: "ε",
          labelOffset: 36,
        },
        y: { label: t.foundAxis, tickFormat: "%", grid: true, nice: true },
        marks: [
          Plot.ruleY([none], { stroke: "var(--soft)", strokeDasharray: "5 4" }),
          Plot.text([none], {
            y: (y) => y,
            frameAnchor: "left",
            dx: 6,
            dy: -8,
            textAnchor: "start",
            text: () => t.names.none,
            fill: "var(--soft)",
          }),
          Plot.areaY(losses, {
            x,
            y1: "low",
            y2: "high",
            fill: "var(--negative)",
            fillOpacity: 0.2,
          }),
          Plot.line(losses, {
            x,
            y: "noisy",
            stroke: "var(--negative)",
            strokeWidth: 2,
          }),
          Plot.line(losses, {
            x,
            y: "response",
            stroke: "var(--accent)",
            strokeWidth: 3,
          }),
          Plot.dot(losses, { x, y: "response", fill: "var(--accent)", r: 3.5 }),
          Plot.ruleX([Math.log2(epsilon)], { stroke: "var(--star)", strokeWidth: 2 }),
          Plot.text(ends, {
            x: x(losses.at(-1)),
            y: "y",
            text: "text",
            fill: "fill",
            textAnchor: "start",
            dx: 8,
            fontWeight: 600,
          }),
        ],
      })}
    />
  );
}
