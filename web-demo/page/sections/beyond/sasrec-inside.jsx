import { useMemo, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { Choice } from "../../ui/choice.jsx";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import { attentionOf, likedOf, sasrecScore } from "./numbers.js";
import formula from "./sasrec.tex";

/**
 * SASRec from inside: to which earlier films each film of the history attends, by block and head.
 *
 * @param {object} props
 * @param {import("../../models/insides.js").Insides} props.insides
 * @param {import("../../state/visitor.js").Rating[]} props.ordered
 * @param {number} props.film
 * @param {number} props.score by the package
 * @param {Record<string, any>} props.t texts
 */
export function SasrecInside({ insides, ordered, film, score, t }) {
  const [lit, setLit] = useState(null);
  const history = likedOf(insides, ordered);
  const { vector, window, shares } = useMemo(
    () => attentionOf(insides, history),
    [insides, JSON.stringify(history)],
  );
  const heads = shares.flatMap((block, b) => block.map((_, h) => `${b + 1}.${h + 1}`));
  const [head, setHead] = setting("head", "1.1", { among: heads });
  const [b, h] = head.split(".").map((n) => Number(n) - 1);
  const values = shares[b]?.[h] ?? new Float64Array(0);
  const count = window.length;
  const raw = sasrecScore(insides, vector, film);
  const titleOf = (id) => catalogue.value.get(id)?.title;
  const describe = (at) =>
    t.sasrec.share(
      titleOf(window[Math.floor(at / count)]),
      titleOf(window[at % count]),
      formatNumber(100 * values[at], 1),
    );
  const newest = new Set(window.map((_, s) => (count - 1) * count + s));
  return (
    <div class="card" data-inside="sasrec" data-sum={raw} data-score={score}>
      <h2>{t.sasrec.title}</h2>
      {count > 0 && (
        <>
          <Choice
            label={t.sasrec.head}
            value={head}
            options={heads.map((name) => ({ value: name, label: t.sasrec.name(name) }))}
            onChange={setHead}
          />
          <div class="beyond-map beyond-attention">
            <ol class="beyond-labels" aria-hidden="true">
              {window.map((id) => (
                <li key={id}>{titleOf(id)}</li>
              ))}
            </ol>
            <HeatMap
              values={values}
              columns={count}
              scale={1}
              label={t.sasrec.mapLabel}
              lit={lit}
              also={newest}
              onPoint={setLit}
              describe={describe}
              height={`${24 * count}px`}
            />
          </div>
          <p class="hint beyond-told">
            {lit === null || lit >= count * count ? t.sasrec.point : describe(lit)}
          </p>
        </>
      )}
      <Formula mathml={formula} label={t.sasrec.words} slots={{ score: formatNumber(raw, 4) }} />
      <p class="beyond-total">
        {t.total} {formatNumber(raw, 4)}{" "}
        <span class="hint">{t.byPackage(formatNumber(score, 4))}</span>
      </p>
      <p class="hint">{t.sasrec.note}</p>
    </div>
  );
}
