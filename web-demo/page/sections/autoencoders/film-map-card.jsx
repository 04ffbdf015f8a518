import { useMemo, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { openModel } from "../../models/open-model.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { FilmList } from "../../ui/film-list.jsx";
import { Card } from "./card.jsx";
import { FilmMapCanvas } from "./film-map-canvas.jsx";
import { GROUPS, nearest, shareOf, standsOut } from "./film-map.js";
import { openMap } from "./open-map.js";
import { SHOWN, itemsOf } from "./run.js";
import { sectionTexts, titleOf } from "./texts.js";

const NEIGHBOURS = 8;
const AROUND = 50; // films of the map around each film of the history

/**
 * The films on a map, with the history, the list and a film's neighbours.
 *
 * @param {{ history: import("./run.js").History }} props
 */
export function FilmMapCard({ history }) {
  const t = sectionTexts().map;
  return (
    <Card title={t.title} told={t.told} height={620}>
      <Atlas history={history} />
    </Card>
  );
}

function Atlas({ history }) {
  const t = sectionTexts().map;
  const [pointed, setPointed] = useState(null);
  const [asked, setAsked] = useState(null);
  const [group, setGroup] = useState(null);
  const { value: found, error } = useResult(() => listAndMap(history), [JSON.stringify(history)]);
  const chosen = asked ?? found?.list[0]?.item ?? null;
  const { value: near, isBusy } = useResult(
    async () =>
      chosen === null ? [] : (await openModel("dae")).similar(chosen, { topK: NEIGHBOURS }),
    [chosen],
  );
  if (!found)
    return (
      <div class="autoencoders-tool" aria-busy={!error}>
        {error && <p role="alert">{error.message}</p>}
      </div>
    );
  const { map, list } = found;
  const told = pointed === null ? t.hint : titleOf(pointed);
  return (
    <div class="autoencoders-tool" aria-busy={isBusy} data-chosen={chosen}>
      <div class="autoencoders-atlas">
        <div>
          <FilmMapCanvas
            map={map}
            rated={new Set(itemsOf(history))}
            listed={new Set(itemsOf(list))}
            near={near ? itemsOf(near) : []}
            chosen={chosen}
            pointed={pointed}
            group={group}
            label={`${t.label(formatNumber(map.places.length))} ${told}`}
            onPoint={setPointed}
            onPick={setAsked}
          />
          <p class="hint autoencoders-told">{told}</p>
          <h3>{t.list}</h3>
          <FilmList
            list={list}
            label={t.list}
            chosen={chosen}
            onChoose={setAsked}
            onPoint={setPointed}
          />
        </div>
        <div class="autoencoders-stack">
          <Legend group={group} onGroup={setGroup} />
          <Around map={map} history={history} />
          <div>
            <h3>{t.near(titleOf(chosen))}</h3>
            <FilmList
              list={near ?? []}
              label={t.near(titleOf(chosen))}
              digits={2}
              onChoose={setAsked}
              onPoint={setPointed}
            />
          </div>
        </div>
      </div>
    </div>
  );
}

async function listAndMap(history) {
  const [model, map] = await Promise.all([
    openModel("dae"),
    openMap((item) => catalogue.value.get(item)),
  ]);
  const user = await model.user({ history });
  const list = await model.recommend(user, { topK: SHOWN, exclude: itemsOf(history) });
  return { map, list };
}

/** The colours; a pressed one is the only one shown. */
function Legend({ group, onGroup }) {
  const t = sectionTexts().map;
  return (
    <div class="autoencoders-genres" role="group" aria-label={t.genres}>
      {Object.keys(GROUPS).map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === group}
          style={{ "--colour": `var(--autoencoders-${name})` }}
          onClick={() => onGroup(name === group ? null : name)}
        >
          {t.groups[name]}
        </button>
      ))}
      <span class="yours">{t.yours}</span>
      <span style={{ "--colour": "var(--ink)" }}>{t.listed}</span>
    </div>
  );
}

/** In words: what the films around the history are. */
function Around({ map, history }) {
  const t = sectionTexts().map;
  const text = useMemo(() => {
    const own = history.map(({ item }) => map.placeOf.get(item)).filter(Boolean);
    const around = own.flatMap((place) => nearest(map.places, place, AROUND));
    if (around.length === 0) return "";
    const { group } = standsOut(around, map.places);
    const share = (places) => formatNumber(shareOf(places, group));
    return t.around(AROUND, t.groups[group], share(around), share(map.places));
  }, [map, JSON.stringify(history), t]);
  return <p class="hint">{text}</p>;
}
