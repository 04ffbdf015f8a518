import { useLayoutEffect, useMemo, useRef } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { formatNumber, textsOf } from "../../state/language.js";
import { rate, ratings } from "../../state/visitor.js";
import { Stars } from "../../ui/stars.jsx";
import { Reason } from "./reason.jsx";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

/**
 * The list in full: each film with its reason, its score, how far it moved, and stars to rate it.
 *
 * @param {object} props
 * @param {NonNullable<ReturnType<typeof import("./use-list.js").useList>["list"]>} props.list
 * @param {boolean} props.isBusy
 * @param {Map<number, import("../../ranking/reasons.js").Reason[]>} props.reasons
 * @param {((film: number) => void) | null} props.onNear null: no server to ask
 */
export function Films({ list, isBusy, reasons, onNear }) {
  const t = textsOf({ en, ko });
  const [root, onRate] = useFocusInPlace(list);
  const given = new Map(ratings.value);
  const best = Math.max(...list.films.map(({ score }) => score));
  const { output } = list.of.stages.ranker.info;
  const isProbability = output === "sigmoid" || output === "softmax";
  return (
    <ol class="for-you-films" id="list" aria-label={t.yours} aria-busy={isBusy} ref={root}>
      {list.films.map(({ item, score, moved }, place) => (
        <Row
          key={item}
          item={item}
          place={place}
          moved={moved}
          score={score}
          best={best}
          isProbability={isProbability}
          reasons={reasons.get(item)}
          given={given.get(item)}
          onRate={onRate}
          onNear={onNear}
        />
      ))}
    </ol>
  );
}

/** Drawn anew only where something of it changed: a slider moves many rows at once. */
function Row({ item, place, onRate, onNear, ...rest }) {
  const t = textsOf({ en, ko });
  const actions = useRef(null);
  actions.current = { onRate, onNear };
  const { moved, score, best, isProbability, reasons, given } = rest;
  return useMemo(() => {
    const film = catalogue.value.get(item);
    return (
      <li data-film={item}>
        <span class="for-you-rank">{place + 1}</span>
        <span class="for-you-title">
          <b>{film.title}</b> <span class="for-you-year">{film.year}</span>
        </span>
        <span class="for-you-why">
          <Reason reasons={reasons} />
          {onNear && (
            <button
              type="button"
              class="link for-you-near"
              aria-label={t.nearOf(film.title)}
              title={t.nearTitle}
              onClick={() => actions.current.onNear(item)}
            >
              {t.near}
            </button>
          )}
        </span>
        <Moved moved={moved} />
        <Score score={score} best={best} isProbability={isProbability} />
        <Stars
          film={film}
          given={given}
          onRate={(...rating) => actions.current.onRate(...rating)}
        />
      </li>
    );
  }, [item, place, moved, score, best, isProbability, reasons, given, onNear === null, t]);
}

/**
 * A rated film leaves the list. The focus stays at its place, on the film that is there then.
 */
function useFocusInPlace(list) {
  const root = useRef(null);
  const place = useRef(null);
  const onRate = (id, stars) => {
    place.current = list.films.findIndex(({ item }) => item === id);
    return rate(id, stars);
  };
  useLayoutEffect(() => {
    if (place.current === null || root.current.contains(document.activeElement)) return;
    root.current.children[place.current]?.querySelector("[tabindex='0']")?.focus();
    place.current = null;
  }, [list]);
  return [root, onRate];
}

function Moved({ moved }) {
  const t = textsOf({ en, ko }).moved;
  if (moved === 0) return <span class="for-you-moved" title={t.same} />;
  const said = t.said(Math.abs(moved), moved > 0);
  return (
    <span class={moved > 0 ? "for-you-moved up" : "for-you-moved"} title={said}>
      <span aria-hidden="true">
        {moved > 0 ? "▲" : "▼"} {formatNumber(Math.abs(moved))}
      </span>
      <span class="unseen">{said}</span>
    </span>
  );
}

/** Bars are relative to the best film, since all may be low. Only a probability has a number. */
function Score({ score, best, isProbability }) {
  const share = best > 0 ? Math.max(0.01, score / best) : 0.01;
  return (
    <span class="for-you-score" data-score={score}>
      <span class="for-you-bar" aria-hidden="true">
        <span style={{ width: `${100 * Math.min(1, share)}%` }} />
      </span>
      {isProbability && <span class="for-you-percent">{percent(score)}</span>}
    </span>
  );
}

/** Two digits where they are significant. */
function percent(score) {
  const value = 100 * score;
  return value < 0.1
    ? `< ${formatNumber(0.1, 1)}%`
    : `${formatNumber(value, value < 9.95 ? 1 : 0)}%`;
}
