import { useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import formula from "./ials.tex";
import { ialsNumbers, likedOf } from "./numbers.js";

/**
 * iALS from inside: from the sum of the films' vectors by the ridge to p, and p times the vector of
 * the chosen film, number by number.
 *
 * @param {object} props
 * @param {import("../../models/insides.js").Insides} props.insides
 * @param {import("../../state/visitor.js").Rating[]} props.ordered
 * @param {ArrayLike<number>} props.user
 * @param {number} props.film
 * @param {number} props.score by the package
 * @param {Record<string, any>} props.t texts
 */
export function IalsInside({ insides, ordered, user, film, score, t }) {
  const [lit, setLit] = useState(null);
  const [term, setTerm] = useState(null);
  const history = likedOf(insides, ordered);
  const { vector, products, sum, penalty } = ialsNumbers(insides, history, user, film);
  const raw = products.reduce((total, product) => total + product, 0);
  const rows = [
    { term: "sum", label: t.ials.sum(history.length), values: sum },
    { term: "user", label: t.ials.user, values: user },
    { term: "film", label: t.ials.film, values: vector },
    { term: "products", label: t.ials.products, values: products },
  ];
  const slots = { score: formatNumber(raw, 4), penalty: formatNumber(penalty, 2) };
  return (
    <div class="card" data-inside="ials" data-sum={raw} data-score={score}>
      <h2>{t.ials.title}</h2>
      {rows.map(({ term: name, label, values }) => (
        <div class={name === term ? "beyond-row lit" : "beyond-row"} key={name}>
          <span>{label}</span>
          <HeatMap
            values={values}
            label={label}
            height="22px"
            lit={lit}
            onPoint={setLit}
            describe={(at) => formatNumber(values[at], 4)}
          />
        </div>
      ))}
      <p class="hint beyond-told">
        {lit === null
          ? t.ials.point
          : t.ials.product(
              lit + 1,
              ...[user[lit], vector[lit], products[lit]].map((value) => formatNumber(value, 4)),
            )}
      </p>
      <Formula
        mathml={formula}
        label={t.ials.words}
        slots={slots}
        lit={term}
        onTerm={(name) => setTerm(name)}
      />
      <p class="beyond-total">
        {t.total} {formatNumber(raw, 4)}{" "}
        <span class="hint">{t.byPackage(formatNumber(score, 4))}</span>
      </p>
      <p class="hint">{t.ials.note}</p>
    </div>
  );
}
