import { useMemo } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { HeatRow, Logit } from "./heat-row.jsx";
import { filmsOf } from "./network.js";
import { ncfTexts } from "./texts.js";

const COLUMNS = 32; // the demo's GMF is the mean of two of 32 factors: a row each
const FILMS = 3;

/** The rows, by the term of the formula. */
const ROWS = [
  ["user", "user"],
  ["film", "film"],
  ["products", "product"],
  ["terms", "weight"],
];

/**
 * User times film, number by number, weighed by h. A dimension that is pointed at is lit in every
 * row.
 *
 * @param {object} props
 * @param {import("./network.js").Gmf} props.gmf
 * @param {import("../../models/read-insides.js").Insides} props.insides
 * @param {number} props.k the dimension that is looked into
 * @param {number | null} props.at the dimension pointed at
 * @param {(k: number | null, term: string | null) => void} props.onPoint
 * @param {(k: number) => void} props.onPick
 * @param {string | null} props.term of the formula, pointed at
 */
export function GmfBranch({ gmf, insides, k, at, onPoint, onPick, term }) {
  const t = ncfTexts().network;
  const looked = at ?? k;
  return (
    <section class="ncf-branch" aria-labelledby="ncf-gmf">
      <h3 id="ncf-gmf">{t.gmf}</h3>
      {ROWS.map(([name, means]) => (
        <HeatRow
          key={name}
          place={`gmf-${name}`}
          name={t.rows[name]}
          values={gmf[name]}
          columns={COLUMNS}
          lit={looked}
          isLit={means === term || term === "gmf"}
          onPoint={(index) => onPoint(index, index === null ? null : means)}
          onPick={onPick}
        />
      ))}
      <Logit of={gmf} />
      <Dimension gmf={gmf} insides={insides} k={looked} />
    </section>
  );
}

function Dimension({ gmf, insides, k }) {
  const t = ncfTexts().network;
  const number = (value) => formatNumber(value, 3);
  const { most, least } = useMemo(() => filmsOf(insides, k, FILMS), [insides, k]);
  return (
    <div class="ncf-detail" data-dimension={k}>
      <h4>{t.dimension(k + 1)}</h4>
      <p class="ncf-numbers">
        <span>{number(gmf.weights[k])}</span> × <span>{number(gmf.user[k])}</span> ×{" "}
        <span>{number(gmf.film[k])}</span> = <strong>{number(gmf.terms[k])}</strong>
      </p>
      <div class="ncf-ends">
        <Films label={t.most} items={most} />
        <Films label={t.least} items={least} />
      </div>
    </div>
  );
}

function Films({ label, items }) {
  return (
    <div>
      <h5>{label}</h5>
      <ul>
        {items.map((item) => (
          <li key={item}>{catalogue.value.get(item)?.title ?? item}</li>
        ))}
      </ul>
    </div>
  );
}
