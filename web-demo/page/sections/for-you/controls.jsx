import { FILES } from "../../models/files.js";
import { catalogue } from "../../models/films.js";
import { EPSILON } from "../../ranking/blurred-taste.js";
import { BUDGET } from "../../ranking/budget.js";
import { MODELS, TWO_STAGES } from "../../ranking/models.js";
import { CAPS, CAP_TOP, MAX_VARIETY } from "../../ranking/rerank.js";
import { formatNumber, textsOf } from "../../state/language.js";
import { ledger, ratings } from "../../state/visitor.js";
import { Choice } from "../../ui/choice.jsx";
import { Knob } from "../../ui/knob.jsx";
import { Pick } from "../../ui/pick.jsx";
import { HERE, LISTS, NOVELTY_STEPS } from "./settings.js";
import { draw, drawn, failure } from "./taste.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

/** The name of a model. @param {string} name of MODELS */
export const labelOf = (name, t) => (name === TWO_STAGES ? t.twoStages : FILES[name].label);

/** @param {{ side: import("./settings.js").Side, label?: string }} props */
export function ModelPick({ side, label }) {
  const t = textsOf({ en, ko });
  const options = Object.keys(MODELS).map((value) => ({ value, label: labelOf(value, t) }));
  return (
    <Pick
      label={label ?? t.model}
      value={side.model}
      groups={[{ options }]}
      onChange={side.setModel}
    />
  );
}

/** The slider against popularity. */
export function NoveltyKnob({ side, label }) {
  const t = textsOf({ en, ko });
  return (
    <Knob
      label={label ?? t.novelty}
      value={side.novelty}
      min={0}
      max={NOVELTY_STEPS}
      text={side.novelty === 0 ? t.none : `${formatNumber((100 * side.novelty) / NOVELTY_STEPS)}%`}
      onChange={side.setNovelty}
    />
  );
}

/** Where the candidates come from. A host of files alone has no lists, so there is no choice. */
export function CandidatesPick({ from, near, setFrom, setNear }) {
  const t = textsOf({ en, ko });
  const { hasLists, genres } = catalogue.value;
  if (!hasLists) return null;
  const around = near !== 0 && { value: String(near), label: t.around(titleOf(near)) };
  const named = (value) => ({ value, label: t.lists[value] ?? t.genres[value] ?? value });
  return (
    <Pick
      label={t.candidates}
      value={near === 0 ? from : String(near)}
      groups={[
        { label: t.fromServer, options: [...(around ? [around] : []), ...LISTS.map(named)] },
        { label: t.fromServerGenre, options: genres.map(named) },
        { options: [{ value: HERE, label: t.here }] },
      ]}
      onChange={(value) => (/^\d+$/.test(value) ? setNear(Number(value)) : setFrom(value))}
    />
  );
}

/** What the candidates are, and what the server learns from them. */
export function AboutCandidates({ from, near, setFrom }) {
  const t = textsOf({ en, ko }).about;
  const draws = drawn.value.get(from);
  const what = () => {
    if (!catalogue.value.hasLists) return t.noServer;
    if (from === HERE) return t.here;
    if (near !== 0) return t.near(titleOf(near));
    if (!draws) return t.server;
    const spent = formatNumber(ledger().spent.epsilon);
    return t.drawn(
      from,
      draws.among,
      formatNumber(100 * draws.truth),
      spent,
      BUDGET.epsilon,
      EPSILON,
    );
  };
  const onDraw = async () => {
    const list = await draw();
    if (list) setFrom(list);
  };
  return (
    <p class="hint" id="about-candidates" role="status">
      {what()}{" "}
      {catalogue.value.hasLists && (
        <button
          type="button"
          class="link"
          id="taste"
          disabled={ratings.value.length === 0}
          title={t.drawTitle}
          onClick={onDraw}
        >
          {t.draw}
        </button>
      )}
      {failure.value && (
        <span id="taste-failure" class="for-you-failure">
          {" "}
          {failure.value === "budget-spent" ? t.spent : t.notDrawn(failure.value)}
        </span>
      )}
    </p>
  );
}

/** Variety and a limit for each genre, for all lists. */
export function Arrangement({ variety, setVariety, cap, setCap }) {
  const t = textsOf({ en, ko });
  return (
    <div class="knobs">
      <Knob
        label={t.variety}
        value={variety}
        min={0}
        max={MAX_VARIETY}
        text={variety === 0 ? t.none : formatNumber(variety)}
        onChange={setVariety}
      />
      <Choice
        label={t.cap(CAP_TOP)}
        value={String(cap)}
        options={CAPS.map((value) => ({
          value: String(value),
          label: value === Infinity ? t.anyNumber : t.atMost(value),
        }))}
        onChange={(value) => setCap(Number(value))}
      />
    </div>
  );
}

const titleOf = (id) => catalogue.value.get(id)?.title ?? id;
