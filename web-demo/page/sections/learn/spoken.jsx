import { useEffect, useState } from "preact/hooks";
import { formatNumber } from "../../state/language.js";
import { bestOf } from "./best.js";
import { learnTexts } from "./texts.js";

/** Epochs between two announcements while it plays. */
const EVERY = 50;

/** Where the training stands, for screen readers: at a pause, and now and then while it plays. */
export function Spoken({ session }) {
  const t = learnTexts();
  const [text, say] = useState("");
  const isPlaying = session.isPlaying.value;
  const curve = session.shown.value?.curve ?? [];
  const epoch = curve.at(-1)?.epoch ?? 0;
  useEffect(() => {
    if (epoch === 0 || (isPlaying && epoch % EVERY !== 0)) return;
    const [{ training, test }, best] = [curve.at(-1), bestOf(curve)];
    const two = (value) => formatNumber(value, 2);
    say(t.status(epoch, two(training), two(test), two(best.test), best.epoch));
  }, [epoch, isPlaying, t]);
  return (
    <p class="unseen" role="status">
      {text}
    </p>
  );
}
