import { openInsides } from "../../models/insides.js";
import { useResult } from "../../state/use-result.js";
import { EaseInside } from "./ease-inside.jsx";
import { IalsInside } from "./ials-inside.jsx";
import { SasrecInside } from "./sasrec-inside.jsx";

const NAMES = ["ease", "ials", "sasrec"];

/**
 * The three models from inside, for the chosen film.
 *
 * @param {object} props
 * @param {import("./lists.js").Found[]} props.found of the three
 * @param {import("../../state/visitor.js").Rating[]} props.ordered
 * @param {number} props.film
 * @param {(film: number) => void} props.onChoose
 * @param {import("preact").ComponentChildren} props.beside below the first
 * @param {Record<string, any>} props.t texts
 */
export function Insides({ found, ordered, film, onChoose, beside, t }) {
  const { value, error } = useResult(async () => {
    const [insides, scores, user] = await Promise.all([
      Promise.all(NAMES.map(openInsides)),
      Promise.all(found.map(async ({ model, user }) => (await model.score(user, [film]))[0])),
      found[1].user.vector,
    ]);
    return { insides, scores, user, found, ordered, film };
  }, [...found, film]);
  if (error) return <p role="alert">{error.message}</p>;
  if (!value) return <p class="loading">…</p>;
  // What belongs together is drawn together, also while the next is computed.
  const { insides, scores, user } = value;
  const [ease, ials, sasrec] = insides;
  const common = { ordered: value.ordered, film: value.film, t };
  const list = value.found[0].list;
  return (
    <div class="beyond-insides">
      <div class="beyond-column">
        <EaseInside {...{ ...common, list, onChoose }} insides={ease} score={scores[0]} />
        {beside}
      </div>
      <div class="beyond-column">
        <IalsInside {...{ ...common, user }} insides={ials} score={scores[1]} />
        <SasrecInside {...common} insides={sasrec} score={scores[2]} />
      </div>
    </div>
  );
}
