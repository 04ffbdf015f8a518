import { catalogue } from "../../models/films.js";
import { formatNumber, textsOf } from "../../state/language.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

/**
 * One of two lists beside each other: what the other has too, and at which rank; what it has not is
 * marked.
 *
 * @param {object} props
 * @param {string} props.id
 * @param {string} props.label
 * @param {ReturnType<typeof import("./use-list.js").useList>["list"]} props.list
 * @param {ReturnType<typeof import("./use-list.js").useList>["list"]} props.other
 * @param {boolean} props.isBusy
 */
export function OneSide({ id, label, list, other, isBusy }) {
  const t = textsOf({ en, ko }).compare;
  const ranks = new Map(other?.films.map(({ item }, place) => [item, place + 1]));
  return (
    <ol class="for-you-side" id={id} aria-label={label} aria-busy={isBusy}>
      {list?.films.map(({ item }, place) => {
        const there = ranks.get(item);
        const film = catalogue.value.get(item);
        return (
          <li key={item} data-film={item} class={there ? undefined : "alone"}>
            <span class="for-you-rank">{place + 1}</span>
            <span class="for-you-title" title={film.title}>
              {film.title} <span class="for-you-year">{film.year}</span>
            </span>
            <span class="for-you-there">
              {there ? (
                <span title={t.thereSaid(there)}>
                  <span aria-hidden="true">{t.there(formatNumber(there))}</span>
                  <span class="unseen">{t.thereSaid(there)}</span>
                </span>
              ) : (
                t.alone
              )}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

/** How many films both lists have. */
export function Agreement({ one, other }) {
  const t = textsOf({ en, ko }).compare;
  if (!one || !other) return null;
  const items = new Set(other.films.map(({ item }) => item));
  const both = one.films.filter(({ item }) => items.has(item)).length;
  return (
    <p class="for-you-agreement" role="status" data-both={both}>
      {t.both(both, one.films.length)}
    </p>
  );
}
