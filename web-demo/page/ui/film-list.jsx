import { catalogue } from "../models/films.js";
import { formatNumber } from "../state/language.js";

/**
 * A short ranked list of films.
 *
 * @param {object} props
 * @param {{ item: number, score?: number }[]} props.list
 * @param {string} props.label
 * @param {number} [props.digits] of the scores; undefined: no scores
 * @param {ReadonlySet<number>} [props.marked] films that are marked
 * @param {number | null} [props.chosen]
 * @param {(item: number) => void} [props.onChoose] makes the films buttons
 * @param {(item: number | null) => void} [props.onPoint]
 */
export function FilmList({ list, label, digits, marked, chosen = null, onChoose, onPoint }) {
  return (
    <ol class="film-list" aria-label={label} onPointerLeave={() => onPoint?.(null)}>
      {list.map(({ item, score }) => (
        <li
          key={item}
          data-film={item}
          class={marked?.has(item) ? "marked" : undefined}
          onPointerEnter={() => onPoint?.(item)}
        >
          {onChoose ? (
            <button
              type="button"
              aria-pressed={item === chosen}
              onClick={() => onChoose(item)}
              onFocus={() => onPoint?.(item)}
            >
              {catalogue.value.get(item)?.title ?? item}
            </button>
          ) : (
            <span>{catalogue.value.get(item)?.title ?? item}</span>
          )}
          {digits !== undefined && <span class="score">{formatNumber(score, digits)}</span>}
        </li>
      ))}
    </ol>
  );
}
