import { formatNumber, language } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { FILMS, USERS } from "./cast.js";
import { Terms } from "./terms.jsx";
import { learnTexts } from "./texts.js";

const two = (value) => formatNumber(value, 2);

/** The arithmetic of the prediction of one cell, term by term. */
export function Arithmetic({ session, shown, cell }) {
  const t = learnTexts();
  const { value } = useResult(
    async () => ({ model: shown.settings.model, ...(await session.explain(cell)) }),
    [shown.report, cell.user, cell.item],
  );
  const { user, item } = cell;
  return (
    <section class="card learn-arithmetic">
      <h2>{t.arithmetic.title(USERS[user], FILMS[item][language.value])}</h2>
      <Facts shown={shown} cell={cell} />
      {value && <Terms value={value} />}
    </section>
  );
}

/** The truth, the rating if there is one, and the prediction. */
function Facts({ shown: { world, report }, cell }) {
  const { arithmetic } = learnTexts();
  const isCell = ({ user, item }) => user === cell.user && item === cell.item;
  const [given, kept] = [world.train.find(isCell), world.test.find(isCell)];
  const index = cell.user * world.items + cell.item;
  const name = given ? arithmetic.training : kept ? arithmetic.test : arithmetic.unrated;
  const rating = given ?? kept;
  const facts = [
    ["truth", arithmetic.truth, two(world.truth[index])],
    ["rating", name, rating ? formatNumber(rating.rating, 1) : arithmetic.none],
    ["predicted", arithmetic.predicted, two(report.predictions[index])],
  ];
  return (
    <dl class="learn-counts">
      {facts.map(([id, label, text]) => (
        <div class="learn-count" key={id}>
          <dt>{label}</dt>
          <dd data-fact={id}>{text}</dd>
        </div>
      ))}
    </dl>
  );
}
