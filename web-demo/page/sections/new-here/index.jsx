import { useEffect, useState } from "preact/hooks";
import { openFigures } from "../../models/figures.js";
import { FILES } from "../../models/files.js";
import { catalogue } from "../../models/films.js";
import { openInsides } from "../../models/insides.js";
import { useModel } from "../../models/open-model.js";
import { setting } from "../../state/address.js";
import { showFlow } from "../../state/flow.js";
import { textsOf } from "../../state/language.js";
import { PRESETS } from "../../state/presets.js";
import { useResult } from "../../state/use-result.js";
import { ratings } from "../../state/visitor.js";
import { Choice } from "../../ui/choice.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { Predict } from "../../ui/predict.jsx";
import { Section } from "../../ui/section.jsx";
import { Curve, METRICS } from "./curve.jsx";
import { HowMade } from "./how-made.jsx";
import { Less } from "./less.jsx";
import { KNOWN, mapOf } from "./map.js";
import "./new-here.css";
import { PAPERS } from "./papers.js";
import { Path } from "./path.jsx";
import { Player } from "./player.jsx";
import { Rows } from "./rows.jsx";
import code from "./snippet.js?raw";
import { StepList } from "./step-list.jsx";
import { MOST, stepsOf } from "./steps.js";
import { Told } from "./told.jsx";
import en from "./texts.en.js";
import ko from "./texts.ko.js";
import { WAYS } from "./ways.js";

const ALL = -1;

export default function NewHere() {
  const t = textsOf({ en, ko });
  const [way, setWay] = setting("way", "gmf", { among: WAYS });
  const [count, setCount] = setting("k", ALL, { min: ALL, max: MOST, isWhole: true });
  const opening = useModel(way);
  const isExample = ratings.value.length === 0;
  const current = (isExample ? PRESETS[0].ratings : ratings.value).slice(0, MOST);
  const { given, steps, map, insides, error } = useSteps(opening.model, way, current);
  const [column, setColumn] = useState(null);
  const [term, setTerm] = useState(null);

  const last = steps ? steps.length - 1 : given.length;
  const at = count === ALL ? last : Math.min(count, last);
  const goTo = (step) => setCount(step === last ? ALL : step);
  useFlow(steps, at, way, opening.model);
  return (
    <Section title={t.title} lead={t.lead} code={code} papers={PAPERS}>
      <div class="card">
        <div class="knobs">
          <Choice
            label={t.way}
            value={way}
            options={WAYS.map((name) => ({ value: name, label: t.ways[name] }))}
            onChange={setWay}
          />
          <Player at={at} last={last} onChange={goTo} t={t} />
        </div>
        {isExample && <p class="hint">{t.example}</p>}
        {!isExample && ratings.value.length > MOST && <p class="hint">{t.most(MOST)}</p>}
        <ModelState opening={opening} label={FILES[way].label} />
        {error && <p role="alert">{error.message}</p>}
        {opening.model && !steps && !error && (
          <p class="loading" role="status">
            {t.computing}
          </p>
        )}
      </div>
      {steps && map && (
        <>
          <div class="new-here-desk">
            <div class="card">
              <h2>{t.vectorTitle}</h2>
              <Rows
                steps={steps}
                given={given}
                at={at}
                column={column}
                onColumn={setColumn}
                isLit={term === "vector"}
                t={t}
              />
              <Told {...{ steps, given, at, way, column, map, insides, t }} />
            </div>
            <div class="card" data-part="list">
              <h2>{t.listTitle(at)}</h2>
              <StepList steps={steps} given={given} at={at} t={t} />
            </div>
          </div>
          <div class="cards">
            <div class="card">
              <h2>{t.mapTitle}</h2>
              <Path map={map} steps={steps} given={given} at={at} t={t} />
            </div>
            <div class="card">
              <h2>{t.curveTitle}</h2>
              <MeasuredCurve way={way} given={given.slice(0, at)} t={t} />
            </div>
          </div>
          <div class="new-here-desk">
            <div class="new-here-column">
              <div class="card">
                <h2>{t.howTitle}</h2>
                <HowMade
                  way={way}
                  model={opening.model}
                  given={given.slice(0, at)}
                  lit={term}
                  onTerm={setTerm}
                  t={t}
                />
              </div>
              <Predict {...t.predict} />
            </div>
            {at > 0 && (
              <div class="card" data-part="less">
                <h2>{t.lessTitle}</h2>
                <OneLess
                  model={opening.model}
                  way={way}
                  given={given.slice(0, at)}
                  list={steps[at].list}
                  t={t}
                />
              </div>
            )}
          </div>
        </>
      )}
    </Section>
  );
}

/**
 * The steps of a way beside the ratings that they are of, and the map of its films. Those of other
 * ratings stay until these are there.
 */
function useSteps(model, way, given) {
  const { value, error } = useResult(
    async (signal) => {
      if (!model) return undefined;
      const ids = catalogue.value.ids.slice(0, KNOWN);
      const insides = await openInsides(way);
      const [steps, map] = await Promise.all([
        stepsOf(model, way, given, signal),
        mapOf(insides, ids),
      ]);
      return { way, given, steps, map, insides };
    },
    [model, way, JSON.stringify(given)],
  );
  return value?.way === way ? { ...value, error } : { given, error };
}

function useFlow(steps, at, way, model) {
  useEffect(() => {
    if (!steps) return;
    const { vector, list, time } = steps[at];
    showFlow({
      model: FILES[way].label,
      history: at,
      vector,
      candidates: model.itemCount - at,
      best: list[0]?.score,
      list: list.map(({ item }) => item),
      time,
    });
  }, [steps, at]);
}

/** Of the figures after few films: the values alone, of popularity and the models of the page. */
function fewOf({ metrics, short: { given, people, models } }) {
  const valuesOf = (model) =>
    Object.keys(metrics).map((metric) => [metric, model[metric].map(({ value }) => value)]);
  const shown = Object.entries(models).filter(([name]) => name in FILES || name === "popularity");
  return {
    given,
    users: people,
    models: Object.fromEntries(
      shown.map(([name, model]) => [name, Object.fromEntries(valuesOf(model))]),
    ),
  };
}

function MeasuredCurve({ way, given, t }) {
  const [metric, setMetric] = setting("metric", METRICS[0], { among: METRICS });
  const { value: figures, error } = useResult(openFigures, []);
  const liked = given.filter(([, stars]) => stars >= 4).length; // as measured: rated 4 or more
  if (error) return <p role="alert">{error.message}</p>;
  if (!figures) return <p class="loading">…</p>;
  return (
    <Curve
      few={fewOf(figures)}
      interval={figures.short.models[way][metric]}
      way={way}
      liked={liked}
      metric={metric}
      onMetric={setMetric}
      t={t}
    />
  );
}

/** The film that is left out: that of the address, where it is rated, else the last one. */
function OneLess({ given, ...props }) {
  const [chosen, choose] = setting("less", 0, { min: 0 });
  const left = given.some(([id]) => id === chosen) ? chosen : given.at(-1)[0];
  return <Less {...props} given={given} left={left} onLeft={choose} />;
}
