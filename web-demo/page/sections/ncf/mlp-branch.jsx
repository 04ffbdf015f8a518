import { HeatRow, Logit } from "./heat-row.jsx";
import { Neuron } from "./neuron.jsx";
import { strongestOf, timesEach } from "./network.js";
import { ncfTexts } from "./texts.js";

const SOURCES = 4; // the inputs of a neuron that are marked

/** @typedef {{ layer: number, index: number }} Place a neuron */

/**
 * The tower: layers as strips. A neuron that is pointed at marks its strongest inputs; pressed, it
 * opens in place.
 *
 * @param {object} props
 * @param {import("./network.js").Mlp} props.mlp
 * @param {Place} props.open the neuron that is open
 * @param {Place | null} props.at the neuron pointed at
 * @param {(place: Place | null) => void} props.onPoint
 * @param {(place: Place) => void} props.onPick
 * @param {string | null} props.term of the formula, pointed at
 */
export function MlpBranch({ mlp, open, at, onPoint, onPick, term }) {
  const t = ncfTexts().network;
  const looked = at ?? open;
  const sources = sourcesOf(mlp, looked);
  const isLit = term === "mlp";
  return (
    <section class="ncf-branch" aria-labelledby="ncf-mlp">
      <h3 id="ncf-mlp">{t.mlp}</h3>
      <HeatRow
        place="mlp-user"
        name={t.rows.mlpUser}
        values={mlp.user}
        also={looked.layer === 0 ? sources : undefined}
        isLit={isLit}
      />
      <HeatRow
        place="mlp-film"
        name={t.rows.mlpFilm}
        values={mlp.layers[0].film}
        lit={looked.layer === 0 ? looked.index : null}
        isLit={isLit}
      />
      {mlp.layers.map((layer, number) => (
        <HeatRow
          key={number}
          place={`mlp-layer-${number + 1}`}
          name={t.layer(number + 1, layer.outputs.length)}
          values={layer.outputs}
          lit={looked.layer === number ? looked.index : null}
          also={looked.layer === number + 1 ? sources : undefined}
          isLit={isLit}
          onPoint={(index) => onPoint(index === null ? null : { layer: number, index })}
          onPick={(index) => onPick({ layer: number, index })}
        />
      ))}
      <HeatRow
        place="mlp-terms"
        name={t.rows.mlpTerms}
        values={mlp.terms}
        lit={looked.layer === mlp.layers.length - 1 ? looked.index : null}
        isLit={isLit}
      />
      <Logit of={mlp} />
      <Neuron mlp={mlp} place={looked} onOpen={onPick} />
    </section>
  );
}

function sourcesOf(mlp, { layer, index }) {
  const { weights, inputs } = mlp.layers[layer];
  return new Set(strongestOf(timesEach(weights[index], inputs), SOURCES));
}
