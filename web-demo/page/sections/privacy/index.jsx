import { useEffect, useState } from "preact/hooks";
import { setting } from "../../state/address.js";
import { showFlow } from "../../state/flow.js";
import { formatNumber, textsOf } from "../../state/language.js";
import { PRESETS } from "../../state/presets.js";
import { useResult } from "../../state/use-result.js";
import { ratings } from "../../state/visitor.js";
import { Formula } from "../../ui/formula.jsx";
import { Knob } from "../../ui/knob.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { Predict } from "../../ui/predict.jsx";
import { Section } from "../../ui/section.jsx";
import { Answers } from "./answers.jsx";
import { recall } from "./films.js";
import { formatFactor } from "./format-factor.js";
import { LossChart } from "./loss-chart.jsx";
import { lossesOf } from "./losses.js";
import { PAPERS } from "./papers.js";
import "./privacy.css";
import definition from "./privacy.tex";
import { Requests } from "./requests.jsx";
import code from "./snippet.js?raw";
import en from "./texts.en.js";
import ko from "./texts.ko.js";
import { useDraws } from "./use-draws.js";
import { useWorld } from "./use-world.js";

const STEPS = [0.5, 1, 2, 3, 4, 6, 8, 12, 16];

export default function Privacy() {
  const t = textsOf({ en, ko });
  const [epsilon, setEpsilon] = setting("e", 3, { among: STEPS });
  const isExample = ratings.value.length === 0;
  const found = useWorld(isExample ? PRESETS[0].ratings : ratings.value);
  return (
    <Section
      title={t.title}
      lead={t.lead}
      code={code}
      papers={PAPERS}
      below={<Below epsilon={epsilon} t={t} />}
    >
      {found.visitor ? (
        <Tool {...{ ...found, epsilon, setEpsilon, isExample, t }} />
      ) : (
        <div class="card">
          <ModelState opening={found.opening} label={t.model} />
          {found.error && <p role="alert">{found.error.message}</p>}
        </div>
      )}
    </Section>
  );
}

function Tool({ world, films, visitor, opening, epsilon, setEpsilon, isExample, t }) {
  const [lit, setLit] = useState(null);
  const draws = useDraws(visitor.vector, world, epsilon);
  const none = recall(films, visitor.own, world.mean);
  useFlow(visitor, opening.model, visitor.count, t);
  return (
    <>
      <div class="card">
        <div class="knobs">
          <Knob
            label={t.epsilon}
            value={STEPS.indexOf(epsilon)}
            min={0}
            max={STEPS.length - 1}
            text={formatEpsilon(epsilon)}
            ends={t.ends}
            onChange={(at) => setEpsilon(STEPS[at])}
          />
          <button type="button" class="button primary" onClick={draws.draw}>
            {t.draw}
          </button>
          <button type="button" class="button" onClick={draws.restart}>
            {t.restart}
          </button>
        </div>
        <p class="hint">
          {isExample && t.example} {t.trial}
        </p>
        <Requests t={t} />
      </div>
      {draws.response && <Answers {...{ world, films, visitor, draws, epsilon, lit, setLit, t }} />}
      <div class="card">
        <h2>{t.chartTitle}</h2>
        <Losses {...{ world, films, visitor, none, epsilon, t }} />
      </div>
    </>
  );
}

function Losses({ world, films, visitor, none, epsilon, t }) {
  const { value, error } = useResult(
    (signal) => lossesOf(films, world, visitor.vector, visitor.nearest, visitor.own, signal),
    [visitor],
  );
  if (error) return <p role="alert">{error.message}</p>;
  if (!value) return <p class="loading">{t.computing}</p>;
  return (
    <>
      <LossChart losses={value} none={none} epsilon={epsilon} t={t} />
      <p class="hint">{t.chartNote}</p>
    </>
  );
}

function Below({ epsilon, t }) {
  const factor = formatFactor(Math.exp(epsilon));
  return (
    <>
      <Predict {...t.predict} />
      <Formula mathml={definition} label={t.definition} slots={{ factor }} />
      <p>{t.meaning(formatEpsilon(epsilon), factor)}</p>
      <p>{t.budget}</p>
    </>
  );
}

const formatEpsilon = (epsilon) => formatNumber(epsilon, Number.isInteger(epsilon) ? 0 : 1);

function useFlow({ vector, list }, model, history, t) {
  useEffect(() => {
    showFlow({
      model: t.model,
      history,
      vector,
      candidates: model.itemCount - history,
      best: list[0].score,
      list: list.map(({ item }) => item),
    });
  }, [vector, list, model]);
}
