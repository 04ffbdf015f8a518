import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import encode from "./encode.tex";
import fit from "./fit.tex";
import ridge from "./ridge.tex";
import tower from "./tower.tex";
import { formulaNumbers } from "./ways.js";

const FORMULAS = { gmf: fit, neumf: fit, ials: ridge, dae: encode, candidates: tower };
const DIGITS = { weight: 4, penalty: 3, share: 3 };

/**
 * The formula of the way that is shown, with the visitor's numbers, and what it means.
 *
 * @param {object} props
 * @param {string} props.way
 * @param {import("../../models/open-model.js").WorkerModel} props.model
 * @param {import("../../state/visitor.js").Rating[]} props.given at the step shown
 * @param {string | null} props.lit
 * @param {(term: string | null) => void} props.onTerm
 * @param {Record<string, any>} props.t texts
 */
export function HowMade({ way, model, given, lit, onTerm, t }) {
  const numbers = formulaNumbers(way, model.info, model.itemCount, given);
  const slots = Object.fromEntries(
    Object.entries(numbers).map(([name, value]) => [name, formatNumber(value, DIGITS[name] ?? 0)]),
  );
  const { steps } = numbers;
  return (
    <>
      <Formula
        mathml={FORMULAS[way]}
        label={t.formulaInWords[way]}
        slots={slots}
        lit={lit}
        onTerm={onTerm}
      />
      <p class="new-here-made">{t.made[way](steps)}</p>
    </>
  );
}
