import { formatNumber } from "../../state/language.js";
import { BUDGET } from "./ledger.js";

/**
 * What a mechanism has spent of the budget here.
 *
 * @param {object} props
 * @param {import("./use-draws.js").Draws} props.draws
 * @param {Record<string, any>} props.t texts
 */
export function LedgerView({ draws: { spent, refusal, answers }, t }) {
  const used = formatNumber(spent.epsilon, 1);
  return (
    <>
      <h3>{t.ledger}</h3>
      <p class="privacy-found" data-spent={spent.epsilon} data-draws={answers.length}>
        <meter min={0} max={BUDGET.epsilon} value={spent.epsilon} aria-label={t.ledger} />{" "}
        {t.spent(used, BUDGET.epsilon, answers.length)}
      </p>
      {refusal && (
        <p class="privacy-refused" role="alert">
          {t.refused} <code>{refusal.message}</code>
        </p>
      )}
    </>
  );
}
