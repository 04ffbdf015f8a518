import { useId } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { FilmList } from "../../ui/film-list.jsx";
import { withoutOne } from "./steps.js";

/**
 * What one rating less changes.
 *
 * @param {object} props
 * @param {import("../../models/open-model.js").WorkerModel} props.model
 * @param {string} props.way
 * @param {import("../../state/visitor.js").Rating[]} props.given at the step shown
 * @param {{ item: number, score: number }[]} props.list with all of them
 * @param {number} props.left the film whose rating is taken back
 * @param {(film: number) => void} props.onLeft
 * @param {Record<string, any>} props.t texts
 */
export function Less({ model, way, given, list, left, onLeft, t }) {
  const id = useId();
  const { value, error } = useResult(
    () => withoutOne(model, way, given, left),
    [model, way, JSON.stringify(given), left],
  );
  const before = new Set(list.map(({ item }) => item));
  const entered = value?.list.filter(({ item }) => !before.has(item)) ?? [];
  return (
    <>
      <p class="new-here-less">
        <label for={id}>{t.takeBack}</label>{" "}
        <select id={id} value={left} onChange={(event) => onLeft(Number(event.target.value))}>
          {given.map(([film, stars]) => (
            <option key={film} value={film}>
              {catalogue.value.get(film)?.title} ({"★".repeat(stars)})
            </option>
          ))}
        </select>
      </p>
      {error && <p role="alert">{error.message}</p>}
      {value && (
        <>
          <FilmList
            list={value.list}
            digits={3}
            label={t.withoutLabel}
            marked={new Set(entered.map(({ item }) => item))}
          />
          <p class="hint" role="status" data-difference={value.difference}>
            {t.entered(entered.length)}{" "}
            {t.updateTime(formatNumber(value.updateTime, 1), formatNumber(value.newTime, 1))}{" "}
            {t.difference(value.difference < 1e-6 ? null : formatNumber(value.difference, 3))}
          </p>
        </>
      )}
    </>
  );
}
