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
  const all = terms.reduce((sum, value) => sum + value, 0);
  const top = strongest(terms, TERMS);
  const rest = all - top.reduce((sum, k) => sum + terms[k], 0);
  const effectOf = (film) => effects[index].get(film) ?? 0;
  const slots = scoreSlots(run, index);
  const scale = largest([...terms, bias]);
  const byFilm = encoding.inputs.map((input) => effectOf(input.item));
  const behind = strongest(byFilm, TERMS).sort((a, b) => a - b);
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
            onPick={(k) => onLook(`film.${item}.${k}`)}
            describe={(k) => t.cell(k, formatNumber(terms[k], 3))}
          />
          <p class="hint">{lit === null ? t.hint : t.cell(lit, formatNumber(terms[lit], 3))}</p>
        </div>
        <div>
          <h3>{t.strongest}</h3>
          <div class="autoencoders-rows" onPointerLeave={() => setLit(null)}>
            {top.map((k) => (
              <SignedRow
                key={k}
                name={t.number(k)}
                value={terms[k]}
                scale={scale}
                digits={3}
                isLit={lit === k || term === "code" || term === "decoder"}
                onPoint={() => setLit(k)}
                onPick={() => onLook(`film.${item}.${k}`)}
                data={{ term: k }}
              />
            ))}
            <SignedRow name={t.rest(terms.length - TERMS)} value={rest} scale={scale} digits={3} />
            <SignedRow
              name={t.bias}
              value={bias}
              scale={scale}
              digits={3}
              isLit={term === "outbias"}
            />
          </div>
        </div>
        <div>
          <h3>{t.effects}</h3>
          <div class="autoencoders-rows">
            {behind.map((at) => (
              <SignedRow
                key={encoding.inputs[at].item}
                name={titleOf(encoding.inputs[at].item)}
                value={byFilm[at]}
                scale={largest(byFilm)}
                digits={3}
              />
            ))}
          </div>
          <p class="hint">{t.effectsHint}</p>
        </div>
      </div>
    </div>
  );
}
