import { useState } from "preact/hooks";
import { FILES } from "../../models/files.js";
import { useModel } from "../../models/open-model.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { FilmList } from "../../ui/film-list.jsx";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { WideTable } from "../../ui/wide-table.jsx";
import { runBoth } from "./autorec.js";
import autorec from "./autorec.tex";
import { Card } from "./card.jsx";
import { RatingMatrix } from "./rating-matrix.jsx";
import { sectionTexts, titleOf } from "./texts.js";

const COLUMNS = 48;

/**
 * AutoRec by user beside AutoRec by item: the same matrix, read by rows or by columns.
 *
 * @param {{ history: import("./run.js").History }} props
 */
export function AutoRecCard({ history }) {
  const t = sectionTexts().autorec;
  return (
    <Card title={t.title} told={t.told} height={900}>
      <AutoRec history={history} />
    </Card>
  );
}

function AutoRec({ history }) {
  const t = sectionTexts().autorec;
  const [asked, setAsked] = useState(null);
  const [lit, setLit] = useState(null);
  const openings = ["autorec", "autorec-item"].map((name) => [name, useModel(name)]);
  const isThere = openings.every(([, { model }]) => model);
  const { value, error, isBusy } = useResult(
    async () => (isThere ? runBoth(history, asked) : undefined),
    [isThere, JSON.stringify(history), asked],
  );
  return (
    <div class="autoencoders-tool" aria-busy={isBusy} data-asked={value?.item}>
      <Formula mathml={autorec} label={t.formula} />
      <p class="hint">{t.formulaTold}</p>
      {openings.map(([name, opening]) => (
        <ModelState key={name} opening={opening} label={FILES[name].label} />
      ))}
      {error && <p role="alert">{error.message}</p>}
      {value && (
        <>
          <p>{t.chosen(titleOf(value.item))}</p>
          <div class="cards">
            {["byUser", "byItem"].map((side) => (
              <Side
                key={side}
                side={side}
                history={history}
                item={value.item}
                result={value[side]}
                lit={lit}
                onLit={setLit}
                onChoose={setAsked}
              />
            ))}
          </div>
          <Measured />
        </>
      )}
    </div>
  );
}

function Side({ side, history, item, result, lit, onLit, onChoose }) {
  const t = sectionTexts().autorec;
  const { code, weights, bias, score, list } = result;
  const isLit = lit?.side === side;
  const k = isLit ? lit.k : null;
  const shown = formatNumber(score, 2);
  const map = (values, label) => (
    <figure class="autoencoders-strip">
      <figcaption>{label}</figcaption>
      <HeatMap
        values={values}
        columns={COLUMNS}
        label={label}
        lit={k}
        onPoint={(index) => onLit(index === null ? null : { side, k: index })}
        describe={(index) => t.cell(index, formatNumber(values[index], 3))}
      />
    </figure>
  );
  return (
    <div data-side={side} data-score={score}>
      <h3>{t[side].title}</h3>
      <RatingMatrix
        lit={side === "byUser" ? "row" : "column"}
        history={history}
        item={item}
        score={shown}
      />
      <p class="hint">{t[side].told}</p>
      {map(code, t[side].code(code.length))}
      {map(weights, t[side].weights(titleOf(item)))}
      <p class="hint autoencoders-told">
        {k === null
          ? t[side].score(titleOf(item), shown, formatNumber(bias, 2))
          : t.term(
              k,
              formatNumber(code[k], 3),
              formatNumber(weights[k], 3),
              formatNumber(code[k] * weights[k], 3),
            )}
      </p>
      <h3>{t[side].list}</h3>
      <FilmList list={list} label={t[side].list} digits={2} chosen={item} onChoose={onChoose} />
    </div>
  );
}

/** What was measured, by the commands of training/README.md. */
function Measured() {
  const t = sectionTexts().autorec.measured;
  const rows = [
    [t.toRank, 0.405, 1.917],
    [t.toRate, 0.103, 0.861],
    [t.byItem, 0.166, 0.798],
    [t.popularity, 0.212, null],
  ];
  return (
    <WideTable>
      <table>
        <caption class="hint">{t.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{t.model}</th>
            <th scope="col" class="number">
              Recall@20
            </th>
            <th scope="col" class="number">
              RMSE
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, recall, error]) => (
            <tr key={name}>
              <th scope="row">{name}</th>
              <td class="number">{formatNumber(recall, 3)}</td>
              <td class="number">{error === null ? "–" : formatNumber(error, 3)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}
