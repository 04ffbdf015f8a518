import { useMemo, useState } from "preact/hooks";
import { FilmList } from "../../ui/film-list.jsx";
import { Formula } from "../../ui/formula.jsx";
import { largest } from "../../ui/heat-colours.js";
import { Plot } from "../../ui/plot.jsx";
import codeOfCdae from "./code-cdae.tex";
import codeOf from "./code.tex";
import { spokenFor, strongest } from "./network.js";
import { codeSlots } from "./overview-formulas.jsx";
import { SignedRow } from "./signed-row.jsx";
import { sectionTexts, titleOf } from "./texts.js";

const SPOKEN = 5;
const MOST = 12; // films of the history
const CURVE = Array.from({ length: 81 }, (_, step) => ({ sum: (step - 40) / 16 }));

/**
 * One number of the code: the terms of its sum, the activation, and the films that it speaks for.
 *
 * @param {object} props
 * @param {import("./run.js").Run} props.run
 * @param {number} props.k
 * @param {(place: string) => void} props.onLook
 */
export function Neuron({ run, k, onLook }) {
  const t = sectionTexts().neuron;
  const [lit, setLit] = useState(null);
  const { insides, encoding } = run;
  const { above, below } = useMemo(() => spokenFor(insides, k, SPOKEN), [insides, k]);
  const slots = codeSlots(encoding, k);
  return (
    <div class="autoencoders-neuron">
      <Formula
        mathml={encoding.node ? codeOfCdae : codeOf}
        label={t.formula(slots)}
        slots={slots}
        lit={lit}
        onTerm={setLit}
      />
      <div class="cards">
        <Terms encoding={encoding} k={k} lit={lit} onLit={setLit} onLook={onLook} />
        <div>
          <h3>{t.activation}</h3>
          <Activation sum={encoding.sums[k]} value={encoding.code[k]} label={t.curve(slots)} />
        </div>
        <div>
          <h3>{t.above}</h3>
          <FilmList list={above} label={t.above} digits={2} />
          <h3>{t.below}</h3>
          <FilmList list={below} label={t.below} digits={2} />
        </div>
      </div>
    </div>
  );
}

/** The terms of the sum: the films, the bias, the node of CDAE. */
function Terms({ encoding: { inputs, terms, bias, node, sums }, k, lit, onLit, onLook }) {
  const t = sectionTexts().neuron;
  const own = terms.map((term) => term[k]);
  const top = strongest(own, MOST).sort((a, b) => a - b);
  const rest = sumOf(own) - sumOf(top.map((index) => own[index]));
  const scale = largest([bias[k], node?.[k] ?? 0, sums[k], ...own]);
  const row = (name, value, term) => (
    <SignedRow
      name={name}
      value={value}
      scale={scale}
      digits={3}
      isLit={term !== undefined && lit === term}
      onPoint={term && (() => onLit(term))}
    />
  );
  return (
    <div onPointerLeave={() => onLit(null)}>
      <h3>{t.terms}</h3>
      <div class="autoencoders-rows">
        {top.map((index) => (
          <SignedRow
            key={inputs[index].item}
            name={titleOf(inputs[index].item)}
            value={own[index]}
            scale={scale}
            digits={3}
            isLit={lit === "input" || lit === "encoder"}
            onPoint={() => onLit("input")}
            onPick={() => onLook(`code.${k}.${inputs[index].item}`)}
            data={{ term: inputs[index].item }}
          />
        ))}
        {own.length > MOST && row(t.rest(own.length - MOST), rest)}
        {row(t.bias, bias[k], "bias")}
        {node && row(t.node, node[k], "node")}
        {row(<strong>{t.sum}</strong>, sums[k])}
      </div>
    </div>
  );
}

/** The curve of tanh with this neuron's place on it. */
function Activation({ sum, value, label }) {
  return (
    <Plot
      label={label}
      height={190}
      options={(Plot) => ({
        marginLeft: 30,
        x: { label: null, domain: [-2.5, 2.5], ticks: 5 },
        y: { label: null, domain: [-1, 1], ticks: 5, grid: true },
        marks: [
          Plot.ruleX([0], { stroke: "var(--line)" }),
          Plot.lineY(CURVE, { x: "sum", y: ({ sum: at }) => Math.tanh(at), stroke: "var(--soft)" }),
          Plot.ruleX([sum], { y1: 0, y2: value, stroke: "var(--accent)" }),
          Plot.ruleY([value], { x1: 0, x2: sum, stroke: "var(--accent)" }),
          Plot.dot([{ sum, value }], { x: "sum", y: "value", r: 6, fill: "var(--accent)" }),
        ],
      })}
    />
  );
}

const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
