import { useEffect, useMemo, useState } from "preact/hooks";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { Formula } from "../../ui/formula.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import { Knob } from "../../ui/knob.jsx";
import {
  EITHER,
  KINDS,
  STEPS,
  dotScore,
  learnDot,
  learnNet,
  netScore,
  rightOf,
  square,
} from "./taste.js";
import { whyTexts } from "./texts.js";
import formula from "./why.tex";

const CELLS = 20;
const PATTERN = EITHER.map(Number).join("");
const PATTERNS = Array.from({ length: 16 }, (_, bits) => bits.toString(2).padStart(4, "0"));
/** The kinds as they stand in the square: romance upwards. */
const CORNERS = [2, 3, 0, 1];
const PACE = 10; // steps of training
const TICK = 60; // ms
const short = (value) => formatNumber(value, 2);

/** Non-linear transformation: a taste that no dot product with a film's numbers has. */
export function TasteCard() {
  const t = whyTexts().taste;
  const [pattern, setPattern] = setting("taste", PATTERN, { among: PATTERNS });
  const [steps, setSteps] = setting("steps", STEPS, { min: 0, max: STEPS, isWhole: true });
  const [kind, setKind] = useState(3);
  const [term, setTerm] = useState(null);
  const likes = useMemo(() => Array.from(pattern, (bit) => bit === "1"), [pattern]);
  const dot = useMemo(() => learnDot(likes, steps), [likes, steps]);
  const net = useMemo(() => learnNet(likes, steps), [likes, steps]);
  const scores = { dot: (film) => dotScore(dot, film), net: (film) => netScore(net, film) };
  const slots = {
    w1: short(dot.weights[0]),
    w2: short(dot.weights[1]),
    bias: short(dot.bias),
    dot: short(scores.dot(KINDS[kind])),
    net: short(scores.net(KINDS[kind])),
  };
  const toggle = (changed) =>
    setPattern(likes.map((like, at) => Number(at === changed ? !like : like)).join(""));
  return (
    <section class="card why-card" aria-labelledby="why-taste">
      <h2 id="why-taste">{t.title}</h2>
      <p class="hint">{t.hint}</p>
      <div class="why-tastes">
        <Kinds likes={likes} onToggle={toggle} onPoint={setKind} pointed={kind} />
        {Object.entries(scores).map(([name, score]) => (
          <Square key={name} name={name} score={score} likes={likes} isLit={term === name} />
        ))}
      </div>
      <div class="why-training">
        <Play steps={steps} onSteps={setSteps} />
        <Knob
          label={t.steps}
          value={steps}
          onChange={setSteps}
          min={0}
          max={STEPS}
          step={10}
          text={formatNumber(steps)}
        />
      </div>
      <Formula
        mathml={formula}
        label={t.formula(t.kinds[kind], slots.dot, slots.net)}
        slots={slots}
        lit={term}
        onTerm={setTerm}
      />
      <p class="hint">{t.at(t.kinds[kind])}</p>
    </section>
  );
}

/** Runs the training from where it stands, or again from its start. */
function Play({ steps, onSteps }) {
  const t = whyTexts().taste;
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (steps >= STEPS) return void setPlaying(false);
    const timer = setTimeout(() => onSteps(Math.min(STEPS, steps + PACE)), TICK);
    return () => clearTimeout(timer);
  }, [isPlaying, steps]);
  const toggle = () => {
    if (!isPlaying && steps >= STEPS) onSteps(0);
    setPlaying(!isPlaying);
  };
  return (
    <button type="button" class="button" data-play={isPlaying} onClick={toggle}>
      {isPlaying ? t.pause : t.play}
    </button>
  );
}

function Kinds({ likes, onToggle, onPoint, pointed }) {
  const t = whyTexts().taste;
  return (
    <div role="group" aria-label={t.yours}>
      <h3>{t.yours}</h3>
      <div class="why-kinds">
        {CORNERS.map((kind) => (
          <button
            key={kind}
            type="button"
            data-kind={kind}
            aria-pressed={likes[kind]}
            class={kind === pointed ? "pointed" : undefined}
            onClick={() => onToggle(kind)}
            onPointerEnter={() => onPoint(kind)}
            onFocus={() => onPoint(kind)}
          >
            {t.kinds[kind]}
            <span>{likes[kind] ? t.like : t.dislike}</span>
          </button>
        ))}
      </div>
    </div>
  );
}

function Square({ name, score, likes, isLit }) {
  const t = whyTexts().taste;
  const right = rightOf(score, likes);
  return (
    <div class={isLit ? "why-square lit" : "why-square"}>
      <h3>{t.names[name]}</h3>
      <HeatMap
        values={square(score, CELLS)}
        columns={CELLS}
        scale={0.5}
        label={t.inWords(t.names[name], KINDS.map((film) => short(score(film))).join(", "))}
      />
      <p role="status" data-right={name} class={right < 4 ? "why-wrong" : undefined}>
        {t.right(right)}
      </p>
    </div>
  );
}
