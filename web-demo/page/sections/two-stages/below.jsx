import { useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { Predict } from "../../ui/predict.jsx";
import candidates from "./candidates.tex";
import { watchedOf } from "./given.js";
import weighted from "./weighted.tex";

/** Formulas, prose and questions. */
export function Below({ t, ratings, words, models, files }) {
  const [lit, setLit] = useState(null);
  const positive = files?.finder.info.rating.positive ?? 3;
  const slots = {
    watched: String(Math.min(50, watchedOf(ratings, positive).length)),
    searched: String(words.length),
    items: formatNumber(models?.finder.itemCount ?? 3650),
  };
  return (
    <>
      <Predict {...t.predict.order} right={1} />
      <Predict {...t.predict.bait} right={1} />
      <h3>{t.below.formulas}</h3>
      <Formula mathml={candidates} label={t.below.tower} slots={slots} lit={lit} onTerm={setLit} />
      <p class="hint">{t.below.terms[lit] ?? t.below.termsHint}</p>
      <p>{t.below.sampled}</p>
      <Formula mathml={weighted} label={t.below.odds} />
      <p>{t.below.weighted}</p>
      <p>{t.below.measuredAge}</p>
    </>
  );
}
