import { useMemo, useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { largest } from "../../ui/heat-colours.js";
import { Links } from "./links.jsx";
import { inward, outward, shownNumbers } from "./lit.js";
import { spokenFor } from "./network.js";
import { OverviewFormulas } from "./overview-formulas.jsx";
import { itemsOf } from "./run.js";
import { SignedRow } from "./signed-row.jsx";
import { sectionTexts, titleOf } from "./texts.js";

const INPUTS = 10; // films of the history that are drawn
const ROWS = 16; // of the code's picture
const STRIP = 146; // films in a row of a strip of all films
const SPOKEN = 2;

/** The column that a term of the formulas belongs to. */
const PARTS = {
  input: "input",
  encoder: "code",
  bias: "code",
  node: "code",
  code: "code",
  decoder: "output",
  outbias: "output",
  output: "output",
};

/**
 * The whole network: the history, the code, the best films; what is pointed at lights what it comes
 * from and where it goes.
 *
 * @param {object} props
 * @param {import("./run.js").Run} props.run
 * @param {import("./lit.js").Lit} props.lit
 * @param {(lit: import("./lit.js").Lit) => void} props.onLit
 * @param {(place: string) => void} props.onLook
 */
export function Overview({ run, lit, onLit, onLook }) {
  const [term, setTerm] = useState(null);
  const { encoding, list } = run;
  const first = Math.max(0, encoding.inputs.length - INPUTS);
  const inputs = encoding.inputs.length - first + Number(first > 0);
  const columns = Math.ceil(encoding.code.length / ROWS);
  const parts = { run, lit, shown: shownNumbers(run, lit), onLit, onLook };
  return (
    <div>
      <div class="autoencoders-network" data-part={PARTS[term]} onPointerLeave={() => onLit(null)}>
        <InputColumn {...parts} first={first} />
        <Links from={inputs} to={ROWS} lines={inward(run, lit, { first, columns })} />
        <CodeColumn {...parts} columns={columns} />
        <Links from={ROWS} to={list.length} lines={outward(run, lit, { columns })} />
        <OutputColumn {...parts} />
        <Strips run={run} />
        <Spoken run={run} k={lit?.part === "code" ? lit.index : null} />
      </div>
      <OverviewFormulas run={run} lit={lit} term={term} onTerm={setTerm} />
    </div>
  );
}

function InputColumn({ run, lit, shown, first, onLit, onLook }) {
  const t = sectionTexts().input;
  return (
    <Column part="input" name={t.title} told={t.told(lit?.part, named(run, lit))}>
      {run.encoding.inputs.slice(first).map(({ item }, at) => (
        <SignedRow
          key={item}
          name={titleOf(item)}
          value={shown.inputs[first + at]}
          scale={largest(shown.inputs)}
          digits={lit ? 3 : 2}
          isLit={lit?.part === "input" && lit.index === first + at}
          onPoint={() => onLit({ part: "input", index: first + at })}
          onPick={() => onLook("encoder")}
          data={{ input: item }}
        />
      ))}
      {first > 0 && <p class="hint">{t.more(first)}</p>}
    </Column>
  );
}

function CodeColumn({ run, lit, shown, columns, onLit, onLook }) {
  const t = sectionTexts().code;
  const width = run.encoding.code.length;
  return (
    <Column part="code" name={t.title(width)} told={t.told(lit?.part, named(run, lit))}>
      <HeatMap
        values={shown.code}
        columns={columns}
        label={t.label(width)}
        lit={lit?.part === "code" ? lit.index : null}
        onPoint={(index) => onLit(index === null ? null : { part: "code", index })}
        onPick={(k) => onLook(`code.${k}`)}
        describe={(k) => t.cell(k, formatNumber(shown.code[k], 3))}
        height="100%"
      />
    </Column>
  );
}

function OutputColumn({ run, lit, shown, onLit, onLook }) {
  const t = sectionTexts().output;
  return (
    <Column part="output" name={t.title} told={t.told(lit?.part, named(run, lit))}>
      {run.list.map(({ item }, index) => (
        <SignedRow
          key={item}
          name={titleOf(item)}
          value={shown.outputs[index]}
          scale={largest(shown.outputs)}
          digits={lit ? 3 : 2}
          isLit={lit?.part === "output" && lit.index === index}
          onPoint={() => onLit({ part: "output", index })}
          onPick={() => onLook(`film.${item}`)}
          data={{ output: item }}
        />
      ))}
    </Column>
  );
}

/** The films that a number of the code speaks for and against; its place is kept free. */
function Spoken({ run, k }) {
  const t = sectionTexts().code;
  const titles = (list) => list.map(({ item }) => titleOf(item)).join(", ");
  const spoken = k === null ? null : spokenFor(run.insides, k, SPOKEN);
  return (
    <p class="hint autoencoders-spoken">
      {spoken ? t.spoken(k, titles(spoken.above), titles(spoken.below)) : t.point}
    </p>
  );
}

function Column({ part, name, told, children }) {
  return (
    <section class={`autoencoders-column of-${part}`}>
      <h3>{name}</h3>
      <p class="hint">{told}</p>
      <div class="rows">{children}</div>
    </section>
  );
}

/** Every input and every output, a cell each; drawn once for a run. */
function Strips({ run }) {
  const t = sectionTexts();
  return useMemo(() => {
    const { encoding, outputs, insides } = run;
    const x = new Float64Array(insides.items.length);
    for (const input of encoding.inputs) x[input.row] = input.x;
    const rated = new Set(encoding.inputs.map(({ row }) => row));
    const best = new Set(itemsOf(run.list).map((item) => insides.rowOf(item)));
    const count = formatNumber(x.length);
    return (
      <>
        <Strip part="input" values={x} marked={rated} label={t.input.strip(count)} />
        <Strip part="output" values={outputs} marked={best} label={t.output.strip(count)} />
      </>
    );
  }, [run, t]);
}

function Strip({ part, values, marked, label }) {
  return (
    <figure class={`autoencoders-strip of-${part}`}>
      <HeatMap values={values} columns={STRIP} also={marked} label={label} height="52px" />
      <figcaption class="hint">{label}</figcaption>
    </figure>
  );
}

/** What is pointed at, as a text. */
function named({ encoding, list }, lit) {
  if (lit?.part === "input") return titleOf(encoding.inputs[lit.index].item);
  return lit?.part === "output" ? titleOf(list[lit.index].item) : lit?.index;
}
