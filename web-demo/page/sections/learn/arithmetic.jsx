import { useState } from "preact/hooks";
import { formatNumber, language } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import autorec from "./autorec.tex";
import { FILMS, USERS } from "./cast.js";
import mf from "./mf.tex";
import mlp from "./mlp.tex";
import neumf from "./neumf.tex";
import { learnTexts } from "./texts.js";

const FORMULAS = { mf, mlp, neumf, autorec };

const two = (value) => formatNumber(value, 2);
const signed = (value) => `${value < -0.005 ? "−" : "+"} ${two(Math.abs(value))}`;
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

/** The arithmetic of the prediction of one cell, term by term. */
export function Arithmetic({ session, shown, cell }) {
  const t = learnTexts();
  const { value } = useResult(
    async () => ({ model: shown.settings.model, ...(await session.explain(cell)) }),
    [shown.report, cell.user, cell.item],
  );
  const { user, item } = cell;
  return (
    <section class="card learn-arithmetic">
      <h2>{t.arithmetic.title(USERS[user], FILMS[item][language.value])}</h2>
      <Facts shown={shown} cell={cell} />
      {value && <Terms value={value} />}
    </section>
  );
}

/** The truth, the rating if there is one, and the prediction. */
function Facts({ shown: { world, report }, cell }) {
  const { arithmetic } = learnTexts();
  const isCell = ({ user, item }) => user === cell.user && item === cell.item;
  const [given, kept] = [world.train.find(isCell), world.test.find(isCell)];
  const index = cell.user * world.items + cell.item;
  const name = given ? arithmetic.training : kept ? arithmetic.test : arithmetic.unrated;
  const rating = given ?? kept;
  const facts = [
    ["truth", arithmetic.truth, two(world.truth[index])],
    ["rating", name, rating ? formatNumber(rating.rating, 1) : arithmetic.none],
    ["predicted", arithmetic.predicted, two(report.predictions[index])],
  ];
  return (
    <dl class="learn-counts">
      {facts.map(([id, label, text]) => (
        <div class="learn-count" key={id}>
          <dt>{label}</dt>
          <dd data-fact={id}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The formula with this cell's numbers, the terms, and the values on the way. */
function Terms({ value: { model, mean, terms, layers, prediction } }) {
  const t = learnTexts();
  const [lit, light] = useState(null);
  const sums = terms.map(({ name, values }) => [name, signed(sumOf(values))]);
  return (
    <>
      <Formula
        mathml={FORMULAS[model]}
        label={t.arithmetic.formula(t.models[model], two(prediction))}
        slots={{ prediction: two(prediction), mean: two(mean), ...Object.fromEntries(sums) }}
        lit={lit}
        onTerm={light}
      />
      <Rows title={t.arithmetic.layers} rows={layers} names={t.layers} />
      <Rows
        title={t.arithmetic.sum}
        rows={[{ name: "mean", values: [mean] }, ...terms]}
        names={t.terms}
        lit={lit}
        light={light}
        hasSums
      />
    </>
  );
}

/** Named rows of numbers as strips of colours. Where they are added up a star is strongest. */
function Rows({ title, rows, names, lit = null, light, hasSums = false }) {
  const { arithmetic } = learnTexts();
  return (
    <>
      <h3>{title}</h3>
      <ul class="learn-rows">
        {rows.map(({ name, values }) => (
          <li
            key={name}
            class={name === lit ? "lit" : undefined}
            data-row={name}
            onPointerEnter={() => light?.(name)}
            onPointerLeave={() => light?.(null)}
          >
            <span>{names[name]}</span>
            <HeatMap
              values={values}
              height="22px"
              scale={hasSums ? 1 : undefined}
              label={arithmetic.strip(
                names[name],
                values.map((value) => formatNumber(value, 2)).join(", "),
              )}
            />
            <span class="score">
              {hasSums ? signed(sumOf(values)) : arithmetic.numbers(values.length)}
            </span>
          </li>
        ))}
      </ul>
    </>
  );
}
