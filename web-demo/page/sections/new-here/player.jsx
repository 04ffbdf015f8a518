import { useEffect, useState } from "preact/hooks";
import { Knob } from "../../ui/knob.jsx";

const PACE = 1100; // ms a step

/**
 * Play, pause and step over the number of ratings.
 *
 * @param {object} props
 * @param {number} props.at
 * @param {number} props.last
 * @param {(at: number) => void} props.onChange
 * @param {Record<string, any>} props.t texts
 */
export function Player({ at, last, onChange, t }) {
  const [isPlaying, setPlaying] = useState(false);
  useEffect(() => {
    if (!isPlaying) return undefined;
    if (at >= last) return void setPlaying(false);
    const timer = setTimeout(() => onChange(at + 1), PACE);
    return () => clearTimeout(timer);
  }, [isPlaying, at, last]);
  const play = () => {
    if (!isPlaying && at >= last) onChange(0);
    setPlaying(!isPlaying);
  };
  const step = (to) => {
    setPlaying(false);
    onChange(Math.max(0, Math.min(last, to)));
  };
  return (
    <div class="new-here-player">
      <div class="new-here-buttons">
        <button
          type="button"
          class="button"
          aria-label={`−1: ${t.back}`}
          disabled={at === 0}
          onClick={() => step(at - 1)}
        >
          −1
        </button>
        <button type="button" class="button primary" onClick={play}>
          {isPlaying ? t.pause : t.play}
        </button>
        <button
          type="button"
          class="button"
          aria-label={`+1: ${t.forward}`}
          disabled={at === last}
          onClick={() => step(at + 1)}
        >
          +1
        </button>
      </div>
      <Knob
        label={t.given}
        value={at}
        onChange={step}
        min={0}
        max={last}
        text={t.ofAll(at, last)}
      />
    </div>
  );
}
