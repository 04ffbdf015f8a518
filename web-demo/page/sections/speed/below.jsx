import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { Predict } from "../../ui/predict.jsx";
import rate from "./rate.tex";

/** The question, and what one candidate costs. */
export function Below({ t, run: { results, about } }) {
  const last = results.at(-1);
  const perSecond = (time) => (last.size * about.work) / time / 1e6; // 10^9 a second
  const slots = last && {
    n: formatNumber(last.size),
    m: formatNumber(about.work),
    t: formatNumber(last.package, 3),
    rate: formatNumber(perSecond(last.package), 1),
  };
  return (
    <>
      <Predict {...t.predict} right={0} />
      <h3>{t.below.title}</h3>
      <Formula mathml={rate} label={t.below.formula} slots={slots} />
      {last && (
        <p>
          {t.below.rate(
            formatNumber(about.work),
            formatNumber(perSecond(last.package), 1),
            formatNumber(perSecond(last.plain), 1),
          )}
        </p>
      )}
      <p>{t.below.why}</p>
      <p>{t.below.fair}</p>
    </>
  );
}
