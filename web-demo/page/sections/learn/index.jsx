import { useState } from "preact/hooks";
import { Section } from "../../ui/section.jsx";
import { Arithmetic } from "./arithmetic.jsx";
import { Bar } from "./bar.jsx";
import { Below } from "./below.jsx";
import { Curves } from "./curves.jsx";
import { Embeddings } from "./embeddings.jsx";
import { Knobs } from "./knobs.jsx";
import { LastStep } from "./last-step.jsx";
import { Matrices } from "./matrices.jsx";
import { PAPERS } from "./papers.js";
import { Spoken } from "./spoken.jsx";
import code from "./snippet.js?raw";
import { learnTexts } from "./texts.js";
import { useSession } from "./use-session.js";
import "./learn.css";

/** A small world in which four models train live. */
export default function Learn() {
  const t = learnTexts();
  const { session, settings, change, reset } = useSession();
  const [pointed, point] = useState(null);
  const [kept, keep] = useState({ user: 0, item: 0 });
  const shown = session.shown.value;
  const cell = pointed ?? kept;
  return (
    <Section
      title={t.title}
      lead={t.lead}
      code={code}
      papers={PAPERS}
      below={<Below session={session} />}
    >
      <Bar session={session} reset={reset} />
      <Knobs settings={settings} change={change} />
      {shown ? (
        <div class="learn-desk" aria-busy={session.underway.value > 0}>
          <Curves shown={shown} />
          <Matrices shown={shown} cell={cell} point={point} keep={keep} />
          <Arithmetic session={session} shown={shown} cell={cell} />
          <LastStep shown={shown} />
          <Embeddings shown={shown} cell={cell} />
        </div>
      ) : (
        <div class="learn-desk learn-waiting" aria-busy="true" />
      )}
      <Spoken session={session} />
    </Section>
  );
}
