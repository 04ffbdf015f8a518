import { useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { termsOf } from "./network.js";
import { sectionTexts, titleOf } from "./texts.js";

const FILMS = 12; // of the history

/**
 * A layer as a table: what each film adds to each number of the code, or each number of the code to
 * each score. A row that sums them up is below or beside.
 *
 * @param {object} props
 * @param {import("./run.js").Run} props.run
 * @param {"encoder" | "decoder"} props.layer
 * @param {(place: string) => void} props.onLook
 */
export function Layer({ run, layer, onLook }) {
  const t = sectionTexts().layer;
  const [lit, setLit] = useState(null);
  const rows = layer === "encoder" ? encoderRows(run, t) : decoderRows(run);
  const { code, sums } = run.encoding;
  const width = code.length;
  const places = rows.filter(({ item }) => item !== undefined);
  const words = (index) => t.cell(rows[Math.floor(index / width)].name, index % width);
  const pick = (index) => {
    const { item } = rows[Math.floor(index / width)];
    const k = index % width;
    if (layer === "decoder") onLook(`film.${item}.${k}`);
    else onLook(item === undefined ? `code.${k}` : `code.${k}.${item}`);
  };
  const column = lit === null ? null : lit % width;
  const values = rows.flatMap(({ values: numbers }) => [...numbers]);
  const told = lit === null ? t.told[layer] : `${words(lit)} ${formatNumber(values[lit], 3)}`;
  const codeMap = (
    <HeatMap
      values={code}
      label={t.code}
      lit={column}
      onPoint={(k) => setLit(k === null ? null : k)}
      onPick={(k) => onLook(`code.${k}`)}
      describe={(k) => t.number(k, formatNumber(code[k], 3))}
      height="22px"
    />
  );
  return (
    <div class="autoencoders-layer">
      <p class="hint">{told}</p>
      {layer === "decoder" && <Band name={t.code}>{codeMap}</Band>}
      <div class="autoencoders-band tall">
        <ol class="names">
          {rows.map(({ name, item }) => (
            <li key={name}>
              {layer === "decoder" ? (
                <button type="button" class="link" onClick={() => onLook(`film.${item}`)}>
                  {name}
                </button>
              ) : (
                name
              )}
            </li>
          ))}
        </ol>
        <HeatMap
          values={values}
          columns={width}
          label={t.label[layer](places.length, width)}
          lit={lit}
          onPoint={setLit}
          onPick={pick}
          describe={(index) => `${words(index)} ${formatNumber(values[index], 3)}`}
          height={`${24 * rows.length}px`}
        />
      </div>
      {layer === "encoder" && (
        <>
          <Band name={t.sum}>
            <HeatMap values={sums} label={t.sum} height="22px" />
          </Band>
          <Band name={t.code}>{codeMap}</Band>
        </>
      )}
    </div>
  );
}

function Band({ name, children }) {
  return (
    <div class="autoencoders-band">
      <span class="names">{name}</span>
      {children}
    </div>
  );
}

/** Films of the history, the bias and the node of CDAE: their column sums are the code's. */
function encoderRows({ encoding }, t) {
  const { inputs, terms, bias, node } = encoding;
  const first = Math.max(0, inputs.length - FILMS);
  const others = terms.slice(0, first);
  const rest = Array.from(bias, (_, k) => others.reduce((sum, term) => sum + term[k], 0));
  return [
    ...(first > 0 ? [{ name: t.others(first), values: rest }] : []),
    ...inputs
      .slice(first)
      .map(({ item }, index) => ({ item, name: titleOf(item), values: terms[first + index] })),
    { name: t.bias, values: bias },
    ...(node ? [{ name: t.node, values: node }] : []),
  ];
}

function decoderRows({ insides, encoding, list }) {
  return list.map(({ item }) => ({
    item,
    name: titleOf(item),
    values: termsOf(insides, encoding.code, insides.rowOf(item)).terms,
  }));
}
