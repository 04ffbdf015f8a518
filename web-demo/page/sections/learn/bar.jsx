import { formatNumber } from "../../state/language.js";
import { STEPS } from "./batches.js";
import { bestOf } from "./best.js";
import { LAST } from "./session.js";
import { learnTexts } from "./texts.js";

/** Play, step, reset, and where the training stands; it stays in sight while the page scrolls. */
export function Bar({ session, reset }) {
  const t = learnTexts();
  return (
    <section class="card learn-bar" aria-label={t.controls.title}>
      <Buttons session={session} reset={reset} />
      <Counts shown={session.shown.value} />
    </section>
  );
}

function Buttons({ session, reset }) {
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
  <div class={`learn-count learn-count-${id}`}>
    <dt>{name}</dt>
    <dd data-count={id}>{value}</dd>
  </div>
);
