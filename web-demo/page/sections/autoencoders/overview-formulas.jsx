import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import codeOfCdae from "./code-cdae.tex";
import codeOf from "./code.tex";
import { strongest, termsOf } from "./network.js";
import scoreOf from "./score.tex";
import { addend } from "./signed-row.jsx";
import { sectionTexts, titleOf } from "./texts.js";

/**
 * The two formulas of the network with the numbers of what is pointed at; else of the strongest
 * number of the code, and of the first film.
 *
 * @param {object} props
 * @param {import("./run.js").Run} props.run
 * @param {{ part: string, index: number } | null} props.lit
 * @param {string | null} props.term
 * @param {(term: string | null) => void} props.onTerm
 */
export function OverviewFormulas({ run, lit, term, onTerm }) {
  const t = sectionTexts();
  const { encoding, list } = run;
  const k = lit?.part === "code" ? lit.index : strongest(encoding.code, 1)[0];
  const index = lit?.part === "output" ? lit.index : 0;
  const shown = term ?? lit?.part;
  const code = codeSlots(encoding, k);
  const score = scoreSlots(run, index);
  return (
    <div class="autoencoders-formulas">
      <figure>
        <figcaption class="hint">{t.layer.number(k, code.code)}</figcaption>
        <Formula
          mathml={encoding.node ? codeOfCdae : codeOf}
          label={t.neuron.formula(code)}
          slots={code}
          lit={shown}
          onTerm={onTerm}
        />
      </figure>
      <figure>
        <figcaption class="hint">{`${titleOf(list[index].item)}: ${score.score}`}</figcaption>
        <Formula
          mathml={scoreOf}
          label={t.film.formula(score)}
          slots={score}
          lit={shown}
          onTerm={onTerm}
        />
      </figure>
    </div>
  );
}

/** The numbers of code.tex. @param {import("./network.js").Encoding} encoding @param {number} k */
export function codeSlots({ bias, node, terms, code }, k) {
  return {
    k: String(k),
    bias: formatNumber(bias[k], 3),
    node: addend(node?.[k] ?? 0),
    sum: addend(terms.reduce((total, own) => total + own[k], 0)),
    code: formatNumber(code[k], 3),
  };
}

/** The numbers of score.tex. @param {import("./run.js").Run} run @param {number} index */
export function scoreSlots({ insides, encoding, list, raw }, index) {
  const { bias, terms } = termsOf(insides, encoding.code, insides.rowOf(list[index].item));
  return {
    outbias: formatNumber(bias, 3),
    terms: addend(terms.reduce((sum, value) => sum + value, 0)),
    score: formatNumber(raw[index], 3),
  };
}
