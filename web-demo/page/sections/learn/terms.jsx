import { useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import autorec from "./autorec.tex";
import mf from "./mf.tex";
import mlp from "./mlp.tex";
import neumf from "./neumf.tex";
import { learnTexts } from "./texts.js";

const FORMULAS = { mf, mlp, neumf, autorec };

/** Rows whose numbers belong together, one by one. */
const LINKED = {
  mf: [["user", "item", "products"]],
  mlp: [["hidden2", "tower"]],
  neumf: [
    ["gmfUser", "gmfItem", "products"],
    ["hidden2", "tower"],
  ],
  autorec: [["code", "item", "products"]],
};

const two = (value) => formatNumber(value, 2);
const signed = (value) => `${value < -0.005 ? "−" : "+"} ${two(Math.abs(value))}`;
const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);

/** The formula with a cell's numbers, the values on the way, and the terms that are added up. */
export function Terms({ value: { model, mean, terms, layers, prediction } }) {
  const t = learnTexts();
  const [term, light] = useState(null);
  const [pointed, point] = useState(null);
  const sums = terms.map(({ name, values }) => [name, signed(sumOf(values))]);
  const linked =
    pointed && (LINKED[model].find((rows) => rows.includes(pointed.row)) ?? [pointed.row]);
  const lit = { term, index: pointed?.index, rows: linked ?? [] };
  return (
    <>
      <Formula
        mathml={FORMULAS[model]}
        label={t.arithmetic.formula(t.models[model], two(prediction))}
        slots={{ prediction: two(prediction), mean: two(mean), ...Object.fromEntries(sums) }}
        lit={term}
        onTerm={light}
      />
      <h3>{t.arithmetic.layers}</h3>
      <ul class="learn-rows">
        {layers.map(({ name, values }) => (
          <Row key={name} id={name} name={t.layers[name]} values={values} lit={lit} point={point}>
            {t.arithmetic.numbers(values.length)}
          </Row>
        ))}
      </ul>
      <h3>{t.arithmetic.sum}</h3>
      <ul class="learn-rows" onPointerLeave={() => light(null)}>
        {[{ name: "mean", values: [mean] }, ...terms].map(({ name, values }) => (
          <Row
            key={name}
            id={name}
            name={t.terms[name]}
            values={values}
            scale={1}
            lit={lit}
            point={point}
            onEnter={() => light(name)}
          >
            {signed(sumOf(values))}
          </Row>
        ))}
      </ul>
      <Readout rows={[...layers, ...terms]} lit={lit} />
    </>
  );
}

/** Numbers as a strip of colours. One that is pointed at lights those that it goes with. */
function Row({ id, name, values, scale, lit, point, onEnter, children }) {
  const { arithmetic } = learnTexts();
  return (
    <li class={id === lit.term ? "lit" : undefined} data-row={id} onPointerEnter={onEnter}>
      <span>{name}</span>
      <HeatMap
        values={values}
        height="22px"
        scale={scale}
        lit={lit.rows.includes(id) ? lit.index : null}
        onPoint={(index) => point(index === null ? null : { row: id, index })}
        label={arithmetic.strip(name, values.map(two).join(", "))}
      />
      <span class="score">{children}</span>
    </li>
  );
}

/** The numbers that are lit, in figures. */
function Readout({ rows, lit }) {
  const t = learnTexts();
  const parts = rows
    .filter(({ name, values }) => lit.rows.includes(name) && lit.index < values.length)
    .map(({ name, values }) => `${t.terms[name] ?? t.layers[name]} ${two(values[lit.index])}`);
  return (
    <p class="hint learn-readout">
      {parts.length > 0 ? `${t.arithmetic.number(lit.index + 1)}: ${parts.join(" · ")}` : " "}
    </p>
  );
}
