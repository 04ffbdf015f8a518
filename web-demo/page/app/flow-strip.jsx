import { useMemo } from "preact/hooks";
import { catalogue } from "../models/films.js";
import { addressOf } from "../state/address.js";
import { flow } from "../state/flow.js";
import { formatNumber } from "../state/language.js";
import { HeatMap } from "../ui/heat-map.jsx";
import { SECTIONS } from "./sections.js";
import { frameTexts } from "./texts.js";

/** The section that explains a step. */
const EXPLAINED = {
  history: "for-you",
  vector: "new-here",
  candidates: "two-stages",
  scores: "ncf",
  list: "for-you",
};

const VECTOR_ROWS = 4;

/** The overview of every list: history -> vector -> candidates -> scores -> list. */
export function FlowStrip() {
  const t = frameTexts().flow;
  const shown = flow.value;
  const { model, history, vector, candidates, best, list, time } = shown ?? {};
  const heat = useMemo(
    () => vector && <Vector values={vector} label={t.steps.vector} />,
    [vector, t],
  );
  const first = list && catalogue.value.get(list[0])?.title;
  return (
    <ol class="flow" aria-label={model ? t.label(model) : t.empty}>
      <Step id="history" short={shown?.history} long={shown && t.ratings(history)} />
      <Step id="vector" short={vector?.length} long={vector && t.numbers(vector.length)}>
        {heat}
      </Step>
      <Step id="candidates" short={shown?.candidates} long={shown && t.films(candidates)} />
      <Step id="scores" long={best !== undefined && formatNumber(best, 2)} />
      <Step id="list" long={first} />
      <li class="time">
        {time !== undefined && (
          <>
            <span class="model">{model}</span> {t.time(formatNumber(time, 1))}
          </>
        )}
      </li>
    </ol>
  );
}

/** Painted when the vector changes, not at every new list. */
function Vector({ values, label }) {
  const columns = Math.ceil(values.length / VECTOR_ROWS);
  return <HeatMap values={values} columns={columns} label={label} height="26px" />;
}

/** A step is a link to the section that explains it. Narrow screens show the number alone. */
function Step({ id, short, long, children }) {
  const t = frameTexts();
  const section = EXPLAINED[id];
  const isThere = SECTIONS.some(({ id }) => id === section);
  const link = isThere && {
    href: addressOf(section),
    title: t.flow.explained(t.sections[section]),
  };
  const Tag = isThere ? "a" : "span";
  return (
    <li data-step={id}>
      <Tag class="step" {...link}>
        <span class="name">{t.flow.steps[id]}</span>
        {short !== undefined && <span class="value short">{formatNumber(short)}</span>}
        <span class={short === undefined ? "value" : "value long"}>
          {long || (flow.value && "–")}
        </span>
        {children}
      </Tag>
    </li>
  );
}
