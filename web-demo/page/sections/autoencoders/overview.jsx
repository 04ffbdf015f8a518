import { useMemo, useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { largest } from "../../ui/heat-colours.js";
import { Links } from "./links.jsx";
import { spokenFor, strongest, termsOf } from "./network.js";
import { OverviewFormulas } from "./overview-formulas.jsx";
import { itemsOf } from "./run.js";
import { SignedRow } from "./signed-row.jsx";
import { sectionTexts, titleOf } from "./texts.js";

const INPUTS = 10; // films of the history that are drawn
const ROWS = 16; // of the code's picture
const STRIP = 146; // films in a row of a strip of all films
const LINKS = 24;
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
 * @param {{ part: "input" | "code" | "output", index: number } | null} props.lit index of the
 *   history, of the code, or of the list
 * @param {(lit: object | null) => void} props.onLit
 * @param {(place: string) => void} props.onLook
 */
export function Overview({ run, lit, onLit, onLook }) {
  const t = sectionTexts();
  const [term, setTerm] = useState(null);
  const { encoding, list } = run;
  const first = Math.max(0, encoding.inputs.length - INPUTS);
  const inputs = encoding.inputs.slice(first);
  const at = (part) => (lit?.part === part ? lit.index : null);
  const point = (part) => (index) => onLit(index === null ? null : { part, index });
  const shown = shownNumbers(run, lit);
  const width = encoding.code.length;
  const columns = Math.ceil(width / ROWS);
  return (
    <div>
      <div class="autoencoders-network" data-part={PARTS[term]} onPointerLeave={() => onLit(null)}>
        <Column part="input" name={t.input.title} told={t.input.told(lit?.part, named(run, lit))}>
          {inputs.map(({ item }, index) => (
            <SignedRow
              key={item}
              name={titleOf(item)}
              value={shown.inputs[first + index]}
              scale={largest(shown.inputs)}
              digits={lit ? 3 : 2}
              isLit={at("input") === first + index}
              onPoint={() => onLit({ part: "input", index: first + index })}
              onPick={() => onLook("encoder")}
              data={{ input: item }}
            />
          ))}
          {first > 0 && <p class="hint">{t.input.more(first)}</p>}
        </Column>
        <Links from={inputs.length} to={ROWS} lines={inward(run, lit, { first, columns })} />
        <Column
          part="code"
          name={t.code.title(width)}
          told={t.code.told(lit?.part, named(run, lit))}
        >
          <HeatMap
            values={shown.code}
            columns={columns}
            label={t.code.label(width)}
            lit={at("code")}
            onPoint={point("code")}
            onPick={(k) => onLook(`code.${k}`)}
            describe={(k) => t.code.cell(k, formatNumber(shown.code[k], 3))}
            height="100%"
          />
        </Column>
        <Links from={ROWS} to={list.length} lines={outward(run, lit, { columns })} />
        <Column
          part="output"
          name={t.output.title}
          told={t.output.told(lit?.part, named(run, lit))}
        >
          {list.map(({ item }, index) => (
            <SignedRow
              key={item}
              name={titleOf(item)}
              value={shown.outputs[index]}
              scale={largest(shown.outputs)}
              digits={lit ? 3 : 2}
              isLit={at("output") === index}
              onPoint={() => onLit({ part: "output", index })}
              onPick={() => onLook(`film.${item}`)}
              data={{ output: item }}
            />
          ))}
        </Column>
        <Strips run={run} />
        <Spoken run={run} k={at("code")} />
      </div>
      <OverviewFormulas run={run} lit={lit} term={term} onTerm={setTerm} />
    </div>
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
        <figure class="autoencoders-strip of-input">
          <HeatMap
            values={x}
            columns={STRIP}
            also={rated}
            label={t.input.strip(count)}
            height="52px"
          />
          <figcaption class="hint">{t.input.strip(count)}</figcaption>
        </figure>
        <figure class="autoencoders-strip of-output">
          <HeatMap
            values={outputs}
            columns={STRIP}
            also={best}
            label={t.output.strip(count)}
            height="52px"
          />
          <figcaption class="hint">{t.output.strip(count)}</figcaption>
        </figure>
      </>
    );
  }, [run, t]);
}

/** What is pointed at, as a text. */
function named({ encoding, list }, lit) {
  if (lit?.part === "input") return titleOf(encoding.inputs[lit.index].item);
  return lit?.part === "output" ? titleOf(list[lit.index].item) : lit?.index;
}

/** The numbers of the three columns: the values, or what belongs to the part pointed at. */
function shownNumbers({ insides, encoding, list, raw, effects }, lit) {
  const { inputs, code, terms } = encoding;
  const weights = (item) => termsOf(insides, code, insides.rowOf(item)).terms;
  const effectOf = (index, item) => effects[index].get(item) ?? 0;
  const shown = { inputs: inputs.map(({ x }) => x), code, outputs: Array.from(raw) };
  if (lit?.part === "input") {
    const { item } = inputs[lit.index];
    return {
      ...shown,
      code: terms[lit.index],
      outputs: list.map((_, index) => effectOf(index, item)),
    };
  }
  if (lit?.part === "code")
    return {
      ...shown,
      inputs: terms.map((term) => term[lit.index]),
      outputs: list.map(({ item }) => weights(item)[lit.index]),
    };
  if (lit?.part === "output")
    return {
      ...shown,
      inputs: inputs.map(({ item }) => effectOf(lit.index, item)),
      code: weights(list[lit.index].item),
    };
  return shown;
}

/** The strongest links from the history into the code, or all of what is pointed at. */
function inward({ encoding }, lit, { first, columns }) {
  const { terms } = encoding;
  if (lit?.part === "output") return [];
  const links = terms
    .slice(first)
    .flatMap((term, from) =>
      Array.from(term, (value, k) => ({ from, k, value })).filter(
        ({ k }) =>
          (lit?.part !== "input" || lit.index === first + from) &&
          (lit?.part !== "code" || lit.index === k),
      ),
    );
  return best(links).map(({ from, k, value }) => ({ from, to: Math.floor(k / columns), value }));
}

/** The same from the code to the list. */
function outward({ insides, encoding, list }, lit, { columns }) {
  if (lit?.part === "input") return [];
  const links = list.flatMap(({ item }, to) =>
    termsOf(insides, encoding.code, insides.rowOf(item)).terms.map((value, k) => ({
      k,
      to,
      value,
    })),
  );
  const chosen = links.filter(
    ({ k, to }) =>
      (lit?.part !== "code" || lit.index === k) && (lit?.part !== "output" || lit.index === to),
  );
  return best(chosen).map(({ k, to, value }) => ({ from: Math.floor(k / columns), to, value }));
}

function best(links) {
  const values = links.map(({ value }) => value);
  return strongest(values, LINKS).map((index) => links[index]);
}
