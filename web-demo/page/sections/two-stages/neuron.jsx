import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { WideTable } from "../../ui/wide-table.jsx";
import { neuronOf, strongest } from "./tower.js";

const LISTED = 6;

/** One number of the tower as a sum: what is pressed in a heat map. */
export function Neuron({ t, file, tower, picked, setPicked, watched, count }) {
  const layer = picked.layer;
  const index = picked.index ?? busiest(tower.layers[layer]);
  return (
    <div class="two-stages-neuron" data-layer={layer} data-index={index}>
      <h3>{t.neuron.title(nameOf(t, tower, layer, index))}</h3>
      {layer === 0 ? (
        <InputSum {...{ t, tower, index, watched, count }} />
      ) : (
        <WeightedSum {...{ t, file, tower, layer, index, setPicked }} />
      )}
    </div>
  );
}

const busiest = (values) => values.indexOf(Math.max(...values));

/** A cell in words. */
function nameOf(t, { groups, layers }, layer, index) {
  if (layer === layers.length - 1) return t.neuron.ofUser(index + 1);
  if (layer > 0) return t.neuron.ofLayer(layer, index + 1);
  const [watch, search] = groups.map(({ values }) => values.length);
  if (index < watch) return t.neuron.ofWatches(index + 1);
  if (index < watch + search) return t.neuron.ofSearches(index - watch + 1);
  return t.neuron.ofCount[index - watch - search];
}

function WeightedSum({ t, file, tower, layer, index, setPicked }) {
  const neuron = neuronOf(file, tower, layer, index);
  const { inputs, weights, products, bias, sum, value } = neuron;
  const listed = strongest(products, LISTED);
  const rest = products.reduce((total, product) => total + product, 0);
  const others = rest - listed.reduce((total, k) => total + products[k], 0);
  const count = products.filter((product) => product !== 0).length - listed.length;
  const most = Math.max(...products.map(Math.abs), 1e-9);
  return (
    <WideTable label={t.neuron.table}>
      <table>
        <thead>
          <tr>
            <th>{t.neuron.input}</th>
            <th class="number">{t.neuron.value}</th>
            <th class="number">{t.neuron.weight}</th>
            <th class="number">{t.neuron.product}</th>
            <td />
          </tr>
        </thead>
        <tbody>
          {listed.map((k) => (
            <tr key={k}>
              <td>
                <button
                  type="button"
                  class="link"
                  onClick={() => setPicked({ layer: layer - 1, index: k })}
                >
                  {nameOf(t, tower, layer - 1, k)}
                </button>
              </td>
              <td class="number">{formatNumber(inputs[k], 3)}</td>
              <td class="number">{formatNumber(weights[k], 3)}</td>
              <td class="number">{formatNumber(products[k], 3)}</td>
              <td class="bar">
                <Bar value={products[k] / most} />
              </td>
            </tr>
          ))}
          <Row name={t.neuron.others(formatNumber(Math.max(0, count)))} value={others} />
          <Row name={t.neuron.bias} value={bias} />
          <Row name={t.neuron.sum} value={sum} />
          <Row name={t.neuron.relu} value={value} isStrong />
        </tbody>
      </table>
    </WideTable>
  );
}

function Row({ name, value, isStrong = false }) {
  return (
    <tr class={isStrong ? "strong" : undefined}>
      <td colSpan={3}>{name}</td>
      <td class="number" data-value={value}>
        {formatNumber(value, 3)}
      </td>
      <td />
    </tr>
  );
}

/** @param {{ value: number }} props from -1 to 1 */
function Bar({ value }) {
  const side = value < 0 ? "negative" : "positive";
  return <span class={`two-stages-bar ${side}`} style={{ width: `${100 * Math.abs(value)}%` }} />;
}

/** A number of the input: the mean of one column, or a form of the number of ratings. */
function InputSum({ t, tower, index, watched, count }) {
  const [watch, search] = tower.groups;
  const value = tower.layers[0][index];
  if (index >= watch.values.length + search.values.length)
    return <p>{t.neuron.countWhat(formatNumber(count), formatNumber(value, 3))}</p>;
  if (index >= watch.values.length)
    return <p>{t.neuron.searchWhat(search.vectors.length, formatNumber(value, 3))}</p>;
  const numbers = watch.vectors.map((vector) => vector[index]);
  const films = strongest(numbers, LISTED);
  return (
    <>
      <p>{t.neuron.mean(watch.vectors.length, formatNumber(value, 3))}</p>
      <ul class="two-stages-terms">
        {films.map((k) => (
          <li key={k}>
            <span>{catalogue.value.get(watched[k]).title}</span>
            <span class="score">{formatNumber(numbers[k], 3)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
