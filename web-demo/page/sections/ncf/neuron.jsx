import { useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { HeatRow } from "./heat-row.jsx";
import { strongestOf, sumOf, timesEach } from "./network.js";
import { ncfTexts } from "./texts.js";

const ROWS = ["inputs", "weights", "weighed"];
const number = (value) => formatNumber(value, 3);

/**
 * One neuron: its inputs, its weights, their products, and what becomes of their sum.
 *
 * @param {object} props
 * @param {import("./network.js").Mlp} props.mlp
 * @param {import("./mlp-branch.jsx").Place} props.place
 * @param {(place: import("./mlp-branch.jsx").Place) => void} props.onOpen an input is pressed: the
 *   neuron that it comes from
 */
export function Neuron({ mlp, place: { layer, index }, onOpen }) {
  const t = ncfTexts().network;
  const [pointed, setPointed] = useState(null);
  const { inputs, weights, film, bias, sums, outputs } = mlp.layers[layer];
  const products = timesEach(weights[index], inputs);
  const values = { inputs, weights: weights[index], weighed: products };
  const input = pointed ?? strongestOf(products, 1)[0];
  const own = layer === 0 ? ` + ${number(film[index])}` : "";
  return (
    <div class="ncf-detail" data-neuron={`${layer + 1}-${index + 1}`}>
      <h4>{t.neuron(index + 1, layer + 1)}</h4>
      {ROWS.map((name) => (
        <HeatRow
          key={name}
          place={`neuron-${name}`}
          name={t.rows[name]}
          values={values[name]}
          lit={input}
          onPoint={setPointed}
          onPick={layer > 0 ? (source) => onOpen({ layer: layer - 1, index: source }) : undefined}
        />
      ))}
      <p class="ncf-numbers">
        {t.input(input + 1)}: <span>{number(inputs[input])}</span> ×{" "}
        <span>{number(weights[index][input])}</span> = <strong>{number(products[input])}</strong>
      </p>
      <p class="ncf-numbers">
        {t.sum(number(sumOf(products)))}
        {own} + {number(bias[index])} = <span>{number(sums[index])}</span> → ReLU →{" "}
        <strong>{number(outputs[index])}</strong>
      </p>
      <p class="hint">{layer === 0 ? t.firstLayer : t.laterLayer}</p>
    </div>
  );
}
