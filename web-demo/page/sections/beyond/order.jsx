import { catalogue } from "../../models/films.js";

/**
 * The history in order: a film that is pressed moves to the end; pressed again it goes back.
 *
 * @param {object} props
 * @param {import("../../state/visitor.js").Rating[]} props.ordered
 * @param {number} props.last
 * @param {(film: number) => void} props.onLast
 * @param {Record<string, any>} props.t texts
 */
export function Order({ ordered, last, onLast, t }) {
  return (
    <div class="beyond-order" role="group" aria-labelledby="beyond-order">
      <p class="hint" id="beyond-order">
        {t.order}
      </p>
      <ol>
        {ordered.map(([id]) => (
          <li key={id}>
            <button
              type="button"
              class="button"
              aria-pressed={id === last}
              data-film={id}
              onClick={() => onLast(id === last ? 0 : id)}
            >
              {catalogue.value.get(id)?.title}
            </button>
          </li>
        ))}
      </ol>
    </div>
  );
}
