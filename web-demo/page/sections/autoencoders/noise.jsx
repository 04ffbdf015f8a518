import { useEffect, useRef, useState } from "preact/hooks";
import { FILES } from "../../models/files.js";
import { announce } from "../../state/announce.js";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { Choice } from "../../ui/choice.jsx";
import { FilmList } from "../../ui/film-list.jsx";
import { Knob } from "../../ui/knob.jsx";
import { Card } from "./card.jsx";
import { NoiseCurve } from "./noise-curve.jsx";
import { COMPARED, listsOf } from "./noise-lists.js";
import { KINDS, withNoise } from "./noise.js";
import { SHOWN, itemsOf } from "./run.js";
import { sectionTexts, titleOf } from "./texts.js";

const TURN = 1000; // ms between draws
const LAST_SEED = 9999;

/**
 * The same history with noise, in two models side by side.
 *
 * @param {{ history: import("./run.js").History }} props
 */
export function NoiseCard({ history }) {
  const t = sectionTexts().noise;
  return (
    <Card title={t.title} height={480}>
      <Noise history={history} />
    </Card>
  );
}

function Noise({ history }) {
  const t = sectionTexts().noise;
  const [kind, setKind] = setting("noise", "mask", { among: Object.keys(KINDS) });
  const [asked, setAmount] = setting("q", KINDS[kind].initial, { min: 0, max: 4.5 });
  const [seed, setSeed] = setting("seed", 1, { min: 1, max: LAST_SEED });
  const q = Math.min(asked, KINDS[kind].max);
  const noise = { kind, q, seed: Math.round(seed) };
  const {
    value: lists,
    error,
    isBusy,
  } = useResult(
    () => Promise.all(COMPARED.map((name) => listsOf(name, history, noise))),
    [JSON.stringify([history, noise])],
  );
  const [isPlaying, setPlaying] = useState(false);
  useAnnouncement(noise, isPlaying ? undefined : lists);
  const draw = () => setSeed((noise.seed % LAST_SEED) + 1);
  const amount = kind === "gaussian" ? t.stars(formatNumber(q, 1)) : `${formatNumber(100 * q)}%`;
  return (
    <div class="autoencoders-tool" aria-busy={isBusy} data-noise={kind}>
      <div class="knobs">
        <Choice
          label={t.kind}
          value={kind}
          options={Object.keys(KINDS).map((value) => ({ value, label: t.kinds[value] }))}
          onChange={(next) => {
            setAmount(KINDS[next].initial);
            setKind(next);
          }}
        />
        <Knob
          label={t.amount[kind]}
          value={q}
          onChange={setAmount}
          min={0}
          max={KINDS[kind].max}
          step={kind === "gaussian" ? 0.1 : 0.05}
          text={amount}
        />
        <Draws seed={noise.seed} onDraw={draw} isPlaying={isPlaying} onPlay={setPlaying} />
      </div>
      <Corrupted history={history} noise={noise} />
      {error && <p role="alert">{error.message}</p>}
      <div class="cards">
        {lists?.map(({ name, clean, noisy, kept }) => (
          <div key={name} data-list={name} data-kept={kept}>
            <h3>
              {FILES[name].label} <span class="hint">{t.kept(kept, SHOWN)}</span>
            </h3>
            <FilmList
              list={noisy}
              label={t.list(FILES[name].label)}
              marked={new Set(itemsOf(noisy).filter((item) => !itemsOf(clean).includes(item)))}
            />
          </div>
        ))}
        <div>
          <h3>{t.curve}</h3>
          <NoiseCurve history={history} noise={noise} />
        </div>
      </div>
      <p class="hint">{t.marked}</p>
    </div>
  );
}

/** Says how many films stay, when the noise was changed. */
function useAnnouncement(noise, lists) {
  const t = sectionTexts();
  const said = useRef(JSON.stringify(noise));
  useEffect(() => {
    const now = JSON.stringify(noise);
    if (!lists || said.current === now) return;
    said.current = now;
    const counts = lists.map(
      ({ name, kept }) => `${FILES[name].label}: ${t.noise.kept(kept, SHOWN)}`,
    );
    announce(t.spoken.noise(counts.join(", ")));
  }, [lists]);
}

/** New draws: one, or one a second. Where motion is unwelcome only one at a time. */
function Draws({ seed, onDraw, isPlaying, onPlay }) {
  const t = sectionTexts().noise;
  const isStill = matchMedia("(prefers-reduced-motion: reduce)").matches;
  useEffect(() => {
    if (!isPlaying) return undefined;
    const timer = setInterval(onDraw, TURN);
    return () => clearInterval(timer);
  });
  return (
    <div class="autoencoders-draws" role="group" aria-label={t.draws}>
      {!isStill && (
        <button
          type="button"
          class="button primary"
          aria-pressed={isPlaying}
          onClick={() => onPlay(!isPlaying)}
        >
          {isPlaying ? t.pause : t.play}
        </button>
      )}
      <button type="button" class="button" onClick={onDraw}>
        {t.step}
      </button>
      <span class="hint">{t.draw(seed)}</span>
    </div>
  );
}

/** What the noise made of the history: films gone, ratings changed. */
function Corrupted({ history, noise }) {
  const t = sectionTexts().noise;
  const left = new Map(withNoise(history, noise).map(({ item, rating }) => [item, rating]));
  return (
    <ul class="autoencoders-corrupted" aria-label={t.corrupted}>
      {history.slice(-12).map(({ item, rating }) => {
        const after = left.get(item);
        const isChanged = after !== undefined && after !== rating;
        return (
          <li key={item} class={after === undefined ? "gone" : isChanged ? "changed" : undefined}>
            <span class="title">{titleOf(item)}</span>{" "}
            <span>
              {after === undefined
                ? t.gone
                : isChanged
                  ? t.now(rating, formatNumber(after, 1))
                  : ""}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
