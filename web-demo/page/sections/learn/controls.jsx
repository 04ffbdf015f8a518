import { formatNumber } from "../../state/language.js";
import { Choice } from "../../ui/choice.jsx";
import { Knob } from "../../ui/knob.jsx";
import { STEPS } from "./batches.js";
import { bestOf } from "./best.js";
import { LAST } from "./session.js";
import { CHOICES } from "./settings.js";
import { learnTexts } from "./texts.js";

/** Play, step, reset; what can be set; and where the training stands. */
export function Controls({ session, settings, change, reset }) {
  const t = learnTexts();
  return (
    <section class="card learn-controls" aria-label={t.controls.title}>
      <Buttons session={session} settings={settings} change={change} reset={reset} />
      <Counts shown={session.shown.value} />
      <div class="knobs">
        <Choice
          label={t.controls.model}
          value={settings.model}
          options={CHOICES.model.map((value) => ({ value, label: t.models[value] }))}
          onChange={(value) => change("model", value)}
        />
        {["size", "rate", "decay", "noise"].map((name) => (
          <Setting key={name} name={name} value={settings[name]} change={change} />
        ))}
      </div>
    </section>
  );
}

/** A slider over the choices of a setting. */
function Setting({ name, value, change }) {
  const { controls } = learnTexts();
  return (
    <Knob
      label={controls[name]}
      min={0}
      max={CHOICES[name].length - 1}
      value={CHOICES[name].indexOf(value)}
      text={name === "noise" ? controls.stars(value) : String(value)}
      onChange={(index) => change(name, CHOICES[name][index])}
    />
  );
}

function Buttons({ session, settings, change, reset }) {
  const { controls } = learnTexts();
  const isPlaying = session.isPlaying.value;
  const shown = session.shown.value;
  const isOver = !shown || shown.report.epochs >= LAST;
  return (
    <div class="learn-buttons">
      <button
        type="button"
        class="button primary"
        disabled={isOver}
        onClick={() => (isPlaying ? session.pause() : session.play())}
      >
        {isPlaying ? controls.pause : controls.play}
      </button>
      <button
        type="button"
        class="button"
        disabled={isOver || isPlaying}
        onClick={() => session.step()}
      >
        {controls.step}
      </button>
      <button type="button" class="button" disabled={!shown} onClick={reset}>
        {controls.reset}
      </button>
      <button type="button" class="button" onClick={() => change("seed", (settings.seed % 99) + 1)}>
        {controls.world}
      </button>
    </div>
  );
}

/** Where the training stands. */
function Counts({ shown }) {
  const { counts } = learnTexts();
  const last = shown?.curve.at(-1);
  const best = shown && bestOf(shown.curve);
  const error = (value) => (shown ? formatNumber(value, 2) : "–");
  return (
    <dl class="learn-counts">
      <Count name={counts.epoch} value={shown ? shown.report.epochs : "–"} id="epoch" />
      <Count
        name={counts.step}
        value={shown ? counts.ofSteps((STEPS - shown.report.stepsLeft) % STEPS, STEPS) : "–"}
        id="step"
      />
      <Count name={counts.training} value={error(last?.training)} id="training" />
      <Count name={counts.test} value={error(last?.test)} id="test" />
      <Count
        name={counts.best}
        value={shown ? counts.bestAt(error(best.test), best.epoch) : "–"}
        id="best"
      />
    </dl>
  );
}

const Count = ({ name, value, id }) => (
  <div class="learn-count">
    <dt>{name}</dt>
    <dd data-count={id}>{value}</dd>
  </div>
);
