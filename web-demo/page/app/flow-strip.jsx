import { catalogue } from "../models/films.js";
import { flow } from "../state/flow.js";
import { formatNumber } from "../state/language.js";
import { HeatMap } from "../ui/heat-map.jsx";
import { frameTexts } from "./texts.js";

/** The overview of every list: history -> vector -> candidates -> scores -> list. */
export function FlowStrip() {
  const t = frameTexts().flow;
  const shown = flow.value;
  if (!shown) return <p class="flow empty">{t.empty}</p>;
  const { model, history, vector, candidates, best, list, time } = shown;
  return (
    <ol class="flow" aria-label={t.label(model)}>
      <Step name={t.history} value={t.ratings(history)} />
      {vector && (
        <Step name={t.vector} value={t.numbers(vector.length)}>
          <HeatMap values={vector} columns={Math.ceil(vector.length / 4)} label={t.vector} />
        </Step>
      )}
      <Step name={t.candidates} value={t.films(formatNumber(candidates))} />
      {best !== undefined && <Step name={t.scores} value={t.best(formatNumber(best, 2))} />}
      <Step name={t.list} value={catalogue.value?.get(list[0])?.title ?? "–"} isWide />
      {time !== undefined && (
        <li class="time">
          <span class="unseen">{model}, </span>
          {t.time(formatNumber(time, 1))}
        </li>
      )}
    </ol>
  );
}

function Step({ name, value, isWide = false, children }) {
  return (
    <li class={isWide ? "wide" : undefined}>
      <span class="name">{name}</span>
      <span class="value">{value}</span>
      {children}
    </li>
  );
}
