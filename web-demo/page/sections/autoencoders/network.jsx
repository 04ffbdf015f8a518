import { useEffect, useRef, useState } from "preact/hooks";
import { useModel } from "../../models/open-model.js";
import { FILES } from "../../models/files.js";
import { setting } from "../../state/address.js";
import { announce } from "../../state/announce.js";
import { showFlow } from "../../state/flow.js";
import { useResult } from "../../state/use-result.js";
import { Choice } from "../../ui/choice.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { FilmScore } from "./film-score.jsx";
import { Layer } from "./layer.jsx";
import { OVERVIEW, parseLook, pathTo } from "./look.js";
import { Neuron } from "./neuron.jsx";
import { Overview } from "./overview.jsx";
import { itemsOf, runNetwork } from "./run.js";
import { SingleNumber } from "./single-number.jsx";
import { sectionTexts, titleOf } from "./texts.js";

const SPOKEN = 3; // films of a list that a screen reader hears
const AUTOENCODERS = ["ae", "dae", "mult-dae", "cdae", "autorec"];

/**
 * The picture of an autoencoder at work, from the overview to a single number.
 *
 * @param {{ history: import("./run.js").History }} props
 */
export function Network({ history }) {
  const t = sectionTexts();
  const [name, setName] = setting("model", "dae", { among: AUTOENCODERS });
  const [place, setPlace] = setting("look", OVERVIEW);
  const opening = useModel(name);
  const {
    value: run,
    error,
    isBusy,
  } = useResult(
    async () => opening.model && runNetwork(name, history),
    [name, opening.model, JSON.stringify(history)],
  );
  // What is pointed at belongs to one run: the next may have fewer films.
  const [pointed, setPointed] = useState({ run: null, lit: null });
  const lit = pointed.run === run ? pointed.lit : null;
  useEffect(() => {
    if (!run) return;
    showFlow({
      model: FILES[run.name].label,
      history: history.length,
      vector: run.encoding.code,
      candidates: run.outputs.length,
      best: run.list[0]?.score,
      list: itemsOf(run.list),
      time: run.time,
    });
    const titles = itemsOf(run.list).slice(0, SPOKEN).map(titleOf).join(", ");
    announce(t.spoken.list(FILES[run.name].label, titles));
  }, [run]);
  const look = run && parseLook(place, sizeOf(run));
  return (
    <div
      class="card autoencoders-card"
      aria-busy={isBusy}
      data-model={run?.name}
      data-look={look?.level}
    >
      <h2>{t.network.title}</h2>
      <Choice
        label={t.network.model}
        value={name}
        options={AUTOENCODERS.map((value) => ({ value, label: FILES[value].label }))}
        onChange={setName}
      />
      <p class="hint">{t.network.what[name]}</p>
      <ModelState opening={opening} label={FILES[name].label} />
      {error && !opening.error && <p role="alert">{error.message}</p>}
      {run && (
        <>
          <Path look={look} onLook={setPlace} />
          <div class="autoencoders-stage" key={place}>
            <Stage
              run={run}
              look={look}
              lit={lit}
              onLit={(next) => setPointed({ run, lit: next })}
              onLook={setPlace}
            />
          </div>
        </>
      )}
    </div>
  );
}

function Stage({ run, look, lit, onLit, onLook }) {
  switch (look.level) {
    case "encoder":
    case "decoder":
      return <Layer run={run} layer={look.level} onLook={onLook} />;
    case "code":
      return <Neuron run={run} k={look.k} onLook={onLook} />;
    case "film":
      return <FilmScore run={run} item={look.item} onLook={onLook} />;
    case "code-term":
    case "film-term":
      return <SingleNumber run={run} look={look} />;
    default:
      return <Overview run={run} lit={lit} onLit={onLit} onLook={onLook} />;
  }
}

/** The way back up, and at the top the way into the two layers. */
function Path({ look, onLook }) {
  const t = sectionTexts().path;
  const here = useRef(null);
  const path = pathTo(look);
  const place = path.at(-1);
  const last = useRef(place);
  useEffect(() => {
    if (last.current === place) return;
    last.current = place;
    // What was pressed is gone: the keyboard goes on from here.
    if (document.activeElement === document.body) here.current.focus({ preventScroll: true });
  }, [place]);
  const words = (place) => t.names(place.split("."), titleOf);
  return (
    <nav class="autoencoders-path" aria-label={t.label}>
      {path.map((place, index) =>
        index < path.length - 1 ? (
          <button key={place} type="button" class="link" onClick={() => onLook(place)}>
            {words(place)}
          </button>
        ) : (
          <strong key={place} aria-current="step" tabIndex={-1} ref={here}>
            {words(place)}
          </strong>
        ),
      )}
      {look.level === "overview" && (
        <span class="into">
          {["encoder", "decoder"].map((layer) => (
            <button key={layer} type="button" class="link" onClick={() => onLook(layer)}>
              {t.into[layer]}
            </button>
          ))}
        </span>
      )}
    </nav>
  );
}

const sizeOf = ({ encoding, list }) => ({
  width: encoding.code.length,
  inputs: new Set(itemsOf(encoding.inputs)),
  films: new Set(itemsOf(list)),
});
