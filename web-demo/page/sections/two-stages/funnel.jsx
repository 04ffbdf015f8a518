import { useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { FilmList } from "../../ui/film-list.jsx";
import { Knob } from "../../ui/knob.jsx";
import { SHOWN } from "./pipeline.js";

export const COUNTS = [20, 50, 100, 200, 500, 1000, 2000];
const STAGES = ["all", "candidates", "ranked", "reranked", "shown"];

/** From the catalogue to the list: a bar a stage, as wide as its films are many. */
export function Funnel({ t, run, models }) {
  const [count, setCount] = setting("candidates", 500, { among: COUNTS });
  const [open, setOpen] = setting("stage", "shown", { among: STAGES });
  const [lit, setLit] = useState(null);
  const total = models.finder.itemCount;
  const lists = { ...run.lists, all: catalogueList(total) };
  return (
    <section class="card">
      <h2>{t.funnel.title}</h2>
      <div class="two-stages-funnel">
        <div>
          <ol class="two-stages-stages">
            {STAGES.map((stage) => (
              <Stage
                key={stage}
                t={t}
                stage={stage}
                list={lists[stage]}
                total={total}
                time={timeOf(stage, run)}
                isOpen={stage === open}
                lit={lit}
                onOpen={() => setOpen(stage)}
              />
            ))}
          </ol>
          <Knob
            label={t.funnel.count}
            value={COUNTS.indexOf(count)}
            min={0}
            max={COUNTS.length - 1}
            text={formatNumber(count)}
            onChange={(at) => setCount(COUNTS[at])}
          />
          <p class="hint">{t.funnel.times}</p>
        </div>
        <StagePanel {...{ t, lists, open, lit, setLit }} />
      </div>
    </section>
  );
}

/** The best known first. */
const catalogueList = (total) =>
  catalogue.value.starters(0, total).map(({ id }) => ({ item: id, score: null }));

const timeOf = (stage, { times }) =>
  ({ candidates: times.retrieve, ranked: times.rank, reranked: times.rerank })[stage];

function Stage({ t, stage, list, total, time, isOpen, lit, onOpen }) {
  const place = lit === null ? -1 : list.findIndex(({ item }) => item === lit);
  const share = Math.log(list.length + 1) / Math.log(total + 1);
  return (
    <li>
      <button
        type="button"
        aria-expanded={isOpen}
        aria-controls="two-stages-panel"
        data-stage={stage}
        data-count={list.length}
        onClick={onOpen}
      >
        <span class="bar" style={{ width: `${100 * share}%` }}>
          {place >= 0 && <span class="mark" style={{ left: `${(100 * place) / list.length}%` }} />}
        </span>
        <span class="name">{t.funnel.names[stage]}</span>
        <span class="count">{t.funnel.films(formatNumber(list.length))}</span>
        <span class="time">{time !== undefined && t.ms(formatNumber(time, 1))}</span>
        <span class="place">{place >= 0 && t.funnel.place(formatNumber(place + 1))}</span>
      </button>
    </li>
  );
}

const DIGITS = { candidates: 2, ranked: 2, reranked: 2, shown: 2 };

function StagePanel({ t, lists, open, lit, setLit }) {
  const films = lists[open].slice(0, SHOWN);
  const inList = new Set(lists.shown.map(({ item }) => item));
  return (
    <div id="two-stages-panel" class="two-stages-panel" data-open={open}>
      <h3>{t.funnel.names[open]}</h3>
      <p>{t.funnel.what[open]}</p>
      <FilmList
        list={films}
        label={t.funnel.first(t.funnel.names[open])}
        digits={DIGITS[open]}
        marked={open === "shown" ? undefined : inList}
        chosen={lit}
        onChoose={setLit}
        onPoint={(item) => item !== null && setLit(item)}
      />
      <p class="hint">{open === "shown" ? t.funnel.point : t.funnel.marked}</p>
    </div>
  );
}
