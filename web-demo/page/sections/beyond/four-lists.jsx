import { FILES } from "../../models/files.js";
import { formatNumber } from "../../state/language.js";
import { FilmList } from "../../ui/film-list.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { changedPlaces } from "./lists.js";

/**
 * The lists side by side. A film that is pointed at or chosen is marked in all of them.
 *
 * @param {object} props
 * @param {{ name: string, lists: ReturnType<typeof import("./use-lists.js").useLists> }[]} props.columns
 * @param {number} props.last the film moved to the end; 0: none
 * @param {number | null} props.chosen
 * @param {(film: number) => void} props.onChoose
 * @param {number | null} props.pointed
 * @param {(film: number | null) => void} props.onPoint
 * @param {Record<string, any>} props.t texts
 */
export function FourLists({ columns, last, chosen, onChoose, pointed, onPoint, t }) {
  const marked = new Set([chosen, pointed].filter((film) => film !== null));
  const [{ lists: first }] = columns;
  return (
    <div class="beyond-lists">
      {columns.map(({ name, lists: { opening, found, before, error } }) => (
        <div class="card" key={name} data-model={name}>
          <h2>{FILES[name].label}</h2>
          <ModelState opening={opening} label={FILES[name].label} />
          {error && <p role="alert">{error.message}</p>}
          {found && (
            <>
              <FilmList
                list={found.list}
                label={t.listOf(FILES[name].label)}
                digits={digitsOf(found.list)}
                marked={marked}
                chosen={chosen}
                onChoose={onChoose}
                onPoint={onPoint}
              />
              <p class="hint" data-changed={changedPlaces(found.list, before)}>
                {last !== 0 && <>{t.changed(changedPlaces(found.list, before))} </>}
                {first.found &&
                  found !== first.found &&
                  t.shared(sharedOf(found, first.found))}{" "}
                {t.time(formatNumber(found.time, 1))}
              </p>
            </>
          )}
        </div>
      ))}
    </div>
  );
}

const digitsOf = ([first]) => (Math.abs(first?.score ?? 0) < 1 ? 3 : 2);

function sharedOf({ list }, other) {
  const films = new Set(other.list.map(({ item }) => item));
  return list.filter(({ item }) => films.has(item)).length;
}
