import { catalogue } from "../../models/films.js";
import { rawOf } from "../../ranking/raw.js";
import { formatNumber, textsOf } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { Formula } from "../../ui/formula.jsx";
import formula from "./novelty.tex";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

/**
 * What the slider does, with the numbers of the list's first film.
 *
 * @param {object} props
 * @param {ReturnType<typeof import("./use-list.js").useList>["list"]} props.list
 * @param {number} props.strength of the novelty
 */
export function NoveltyFormula({ list, strength }) {
  const t = textsOf({ en, ko });
  const { value: counts } = useResult(
    async () => list && list.of.stages.popularity(list.of.ranking),
    [list?.of],
  );
  const [first] = list?.films ?? [];
  const count = first && counts?.get(first.item);
  if (count === undefined) return null;
  const raw = rawOf(first.score, list.of.stages.ranker.info.output);
  const slots = {
    score: formatNumber(raw, 3),
    strength: formatNumber(strength, 3),
    popularity: formatNumber(count),
    value: formatNumber(raw - strength * Math.log1p(count), 3),
  };
  return (
    <div id="novelty-formula">
      <p class="hint">{t.formulaOf(catalogue.value.get(first.item).title)}</p>
      <Formula mathml={formula} label={t.formula} slots={slots} />
    </div>
  );
}
