import { useEffect, useRef, useState } from "preact/hooks";
import { setting } from "../../state/address.js";
import { showFlow } from "../../state/flow.js";
import { textsOf } from "../../state/language.js";
import { PRESETS } from "../../state/presets.js";
import { ratings } from "../../state/visitor.js";
import { historyOf } from "../../ranking/user-input.js";
import { Choice } from "../../ui/choice.jsx";
import { Section } from "../../ui/section.jsx";
import { Below } from "./below.jsx";
import { runLab } from "./lab.js";
import { Curves, Headline, Table } from "./results.jsx";
import code from "./snippet.js?raw";
import "./speed.css";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

const MODELS = ["neumf", "candidates"];
const SHORT = [10, 100, 1000]; // at once, when the section opens
const LONG = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

const PAPERS = [
  {
    text: "Haas et al.: Bringing the Web up to Speed with WebAssembly (PLDI 2017)",
    href: "https://doi.org/10.1145/3062341.3062363",
  },
  {
    text: "He et al.: Neural Collaborative Filtering (WWW 2017)",
    href: "https://doi.org/10.1145/3038912.3052569",
  },
];

export default function Speed() {
  const t = textsOf({ en, ko });
  const [model, setModel] = setting("model", MODELS[0], { among: MODELS });
  const given = ratings.value.length > 0 ? ratings.value : PRESETS[0].ratings;
  const { run, start, stop } = useLab(model, historyOf(given));
  return (
    <Section
      title={t.title}
      lead={t.lead}
      code={code}
      papers={PAPERS}
      below={<Below t={t} run={run} />}
    >
      <section class="card" aria-busy={run.isRunning && run.sizes.length === SHORT.length}>
        <h2>{t.card}</h2>
        <div class="knobs">
          <Choice
            label={t.model}
            value={model}
            options={MODELS.map((value) => ({ value, label: t.models[value] }))}
            onChange={setModel}
          />
          <button
            type="button"
            class="button primary"
            disabled={run.isRunning}
            onClick={() => start(LONG)}
          >
            {t.start}
          </button>
          <button type="button" class="button" disabled={!run.isRunning} onClick={stop}>
            {t.stop}
          </button>
        </div>
        {ratings.value.length === 0 && <p class="hint">{t.example}</p>}
        <Progress t={t} run={run} />
        <Headline t={t} run={run} />
        <div class="speed-results">
          <Curves t={t} run={run} />
          <Table t={t} run={run} />
        </div>
        <p class="hint">{t.how}</p>
      </section>
    </Section>
  );
}

/** A short run for each model; a long one when the visitor wants it. */
function useLab(model, history) {
  const nothing = { results: [], sizes: SHORT, about: null, isRunning: true, error: null };
  const [run, setRun] = useState(nothing);
  const ending = useRef(null);
  const change = (changed) => setRun((last) => ({ ...last, ...changed(last) }));
  const start = (sizes) => {
    ending.current?.abort();
    const { signal } = (ending.current = new AbortController());
    const isCurrent = () => !signal.aborted;
    setRun({ ...nothing, sizes });
    const what = {
      name: model,
      history,
      sizes,
      onOpen: (about) => isCurrent() && change(() => ({ about })),
      onUser: showFlow,
      onResult: (measured) =>
        isCurrent() && change(({ results }) => ({ results: [...results, measured] })),
    };
    runLab(what, signal)
      .catch((error) => isCurrent() && change(() => ({ error })))
      .finally(() => isCurrent() && change(() => ({ isRunning: false })));
  };
  const stop = () => {
    ending.current?.abort();
    change(() => ({ isRunning: false }));
  };
  useEffect(() => {
    start(SHORT);
    return () => ending.current?.abort();
  }, [model, JSON.stringify(history)]);
  return { run, start, stop };
}

function Progress({ t, run: { results, sizes, isRunning, error } }) {
  if (error)
    return (
      <p class="alert" role="alert">
        {error.message}
      </p>
    );
  return (
    <div class="speed-progress">
      <progress value={results.length} max={sizes.length} aria-label={t.progress} />
      <span role="status">
        {isRunning
          ? t.measuring(results.length, sizes.length)
          : t.measured(results.length, sizes.length)}
      </span>
    </div>
  );
}
