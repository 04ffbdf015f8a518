import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { largest } from "../../ui/heat-colours.js";
import { Knob } from "../../ui/knob.jsx";
import { HeatRow } from "./heat-row.jsx";
import formula from "./ncf.tex";
import { ncfTexts } from "./texts.js";

const short = (value) => formatNumber(value, 2);

/**
 * The two networks joined: alpha times the weights of the one beside 1 - alpha times the other's,
 * the formula, and the three scores of the package.
 *
 * @param {object} props
 * @param {import("./network.js").Gmf} props.gmf
 * @param {import("./network.js").Mlp} props.mlp
 * @param {number} props.alpha that the numbers are of
 * @param {number} props.set alpha as the knob stands
 * @param {(alpha: number) => void} props.onAlpha
 * @param {{ gmf: number, mlp: number, joined: number }} props.scores
 * @param {string | null} props.term pointed at
 * @param {(term: string | null) => void} props.onTerm
 */
export function Joined({ gmf, mlp, alpha, set, onAlpha, scores, term, onTerm }) {
  const t = ncfTexts().network;
  const weights = [
    ...gmf.weights.map((value) => alpha * value),
    ...mlp.weights.map((value) => (1 - alpha) * value),
  ];
  const slots = {
    alpha: short(alpha),
    rest: short(1 - alpha),
    gmf: short(gmf.logit),
    mlp: short(mlp.logit),
    score: formatNumber(scores.joined, 3),
  };
  return (
    <section class="ncf-joined" aria-labelledby="ncf-joined">
      <h3 id="ncf-joined">{t.joined}</h3>
      <div class="ncf-join-row">
        <Knob
          label={t.alpha}
          value={set}
          onChange={onAlpha}
          min={0}
          max={1}
          step={0.05}
          text={short(set)}
          ends={[t.onlyMlp, t.onlyGmf]}
        />
        <div>
          <HeatRow
            place="joined-weights"
            name={t.rows.joined}
            values={weights}
            columns={weights.length / 2}
            scale={largest([...gmf.weights, ...mlp.weights])}
            isLit={term === "alpha" || term === "weight"}
          />
          <Parts parts={{ gmf: alpha * gmf.logit, mlp: (1 - alpha) * mlp.logit }} />
        </div>
        <Scores scores={scores} />
      </div>
      <Formula mathml={formula} label={t.formula(slots)} slots={slots} lit={term} onTerm={onTerm} />
    </section>
  );
}

/** How much either adds to the joined logit, as bars from zero. */
function Parts({ parts }) {
  const t = ncfTexts().network;
  const most = largest(Object.values(parts));
  return (
    <ul class="ncf-parts">
      {Object.entries(parts).map(([name, part]) => (
        <li key={name}>
          <span>{t.parts[name]}</span>
          <span class="ncf-bar">
            <span
              class={part < 0 ? "below" : undefined}
              style={{ width: `${(100 * Math.abs(part)) / (most || 1)}%` }}
            />
          </span>
          <span data-part={name}>{short(part)}</span>
        </li>
      ))}
    </ul>
  );
}

function Scores({ scores }) {
  const t = ncfTexts().network;
  return (
    <dl class="ncf-scores">
      {Object.entries(scores).map(([name, score]) => (
        <div key={name}>
          <dt>{t.scores[name]}</dt>
          <dd data-score={name}>{formatNumber(score, 3)}</dd>
        </div>
      ))}
    </dl>
  );
}
