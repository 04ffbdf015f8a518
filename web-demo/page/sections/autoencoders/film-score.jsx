import { useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { largest } from "../../ui/heat-colours.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { strongest, termsOf } from "./network.js";
import { scoreSlots } from "./overview-formulas.jsx";
import scoreOf from "./score.tex";
import { SignedRow } from "./signed-row.jsx";
import { sectionTexts, titleOf } from "./texts.js";

const TERMS = 10;
const COLUMNS = 24;

/**
 * One film's score: the terms code_k * weight_k that make it, and the films of the history behind
 * it.
 *
 * @param {object} props
 * @param {import("./run.js").Run} props.run
 * @param {number} props.item of the list
 * @param {(place: string) => void} props.onLook
 */
export function FilmScore({ run, item, onLook }) {
  const t = sectionTexts().film;
  const [lit, setLit] = useState(null);
  const [term, setTerm] = useState(null);
  const { insides, encoding, list, effects } = run;
  const index = list.findIndex((film) => film.item === item);
  const { bias, terms } = termsOf(insides, encoding.code, insides.rowOf(item));
  const slots = scoreSlots(run, index);
  const pick = (k) => onLook(`film.${item}.${k}`);
  return (
    <div class="autoencoders-neuron">
      <Formula
        mathml={scoreOf}
        label={t.formula(slots)}
        slots={slots}
        lit={term}
        onTerm={setTerm}
      />
      {t.output(insides.info, formatNumber, list[index].score)}
      <div class="cards">
        <div onPointerLeave={() => setLit(null)}>
          <h3>{t.terms(terms.length)}</h3>
          <HeatMap
            values={terms}
            columns={COLUMNS}
            label={t.terms(terms.length)}
            lit={lit}
            onPoint={setLit}
            onPick={pick}
            describe={(k) => t.cell(k, formatNumber(terms[k], 3))}
          />
          <p class="hint">{lit === null ? t.hint : t.cell(lit, formatNumber(terms[lit], 3))}</p>
        </div>
        <Strongest terms={terms} bias={bias} lit={lit} term={term} onLit={setLit} onPick={pick} />
        <Behind inputs={encoding.inputs} effects={effects[index]} />
      </div>
    </div>
  );
}

/** The strongest terms of the score, the rest of them and the bias. */
function Strongest({ terms, bias, lit, term, onLit, onPick }) {
  const t = sectionTexts().film;
  const top = strongest(terms, TERMS);
  const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
  const rest = sumOf(terms) - sumOf(top.map((k) => terms[k]));
  const shown = { scale: largest([...terms, bias]), digits: 3 };
  return (
    <div>
      <h3>{t.strongest}</h3>
      <div class="autoencoders-rows" onPointerLeave={() => onLit(null)}>
        {top.map((k) => (
          <SignedRow
            key={k}
            name={t.number(k)}
            value={terms[k]}
            {...shown}
            isLit={lit === k || term === "code" || term === "decoder"}
            onPoint={() => onLit(k)}
            onPick={() => onPick(k)}
            data={{ term: k }}
          />
        ))}
        <SignedRow name={t.rest(terms.length - TERMS)} value={rest} {...shown} />
        <SignedRow name={t.bias} value={bias} {...shown} isLit={term === "outbias"} />
      </div>
    </div>
  );
}

/** The films of the history that the score would miss the most. */
function Behind({ inputs, effects }) {
  const t = sectionTexts().film;
  const values = inputs.map(({ item }) => effects.get(item) ?? 0);
  return (
    <div>
      <h3>{t.effects}</h3>
      <div class="autoencoders-rows">
        {strongest(values, TERMS)
          .sort((a, b) => a - b)
          .map((at) => (
            <SignedRow
              key={inputs[at].item}
              name={titleOf(inputs[at].item)}
              value={values[at]}
              scale={largest(values)}
              digits={3}
            />
          ))}
      </div>
      <p class="hint">{t.effectsHint}</p>
    </div>
  );
}
