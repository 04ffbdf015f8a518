import { useEffect, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { announce } from "../../state/announce.js";
import { showFlow } from "../../state/flow.js";
import { formatNumber, textsOf } from "../../state/language.js";
import { PRESETS } from "../../state/presets.js";
import { useResult } from "../../state/use-result.js";
import { ratings } from "../../state/visitor.js";
import { ModelState } from "../../ui/model-state.jsx";
import { Predict } from "../../ui/predict.jsx";
import { Section } from "../../ui/section.jsx";
import {
  AboutCandidates,
  Arrangement,
  CandidatesPick,
  ModelPick,
  NoveltyKnob,
  labelOf,
} from "./controls.jsx";
import { Films } from "./films.jsx";
import "./for-you.css";
import { NoveltyFormula } from "./novelty-formula.jsx";
import { Requests } from "./requests.jsx";
import { HERE, settings, wishesOf } from "./settings.js";
import { Agreement, OneSide } from "./side-by-side.jsx";
import code from "./snippet.js?raw";
import en from "./texts.en.js";
import ko from "./texts.ko.js";
import { useList, useReasons } from "./use-list.js";
import { YourData } from "./your-data.jsx";

const SHOWN = 20;

export default function ForYou() {
  const t = textsOf({ en, ko });
  const given = settings();
  const [topK, setTopK] = useState(SHOWN);
  const isExample = ratings.value.length === 0;
  const history = isExample ? PRESETS[0].ratings : ratings.value;
  const inputOf = (side) => inputsOf(side, given, history, topK);
  const one = useList(inputOf(given.sides[0]));
  const reasons = useReasons(one.list, !given.isCompared);
  useOverview(one, history, t);
  return (
    <Section
      title={t.title}
      lead={
        <>
          {t.lead} <span class="for-you-wide">{t.leadMore}</span>
        </>
      }
      code={code}
      papers={papersOf(t)}
      below={
        <>
          <Predict {...t.predict} right={1} />
          <p>{t.below}</p>
          <NoveltyFormula list={one.list} strength={wishesOf(given.sides[0], given).novelty} />
        </>
      }
    >
      <div class="card for-you-tool">
        <Controls given={given} />
        <Fallback list={one.list} retry={one.retry} />
        {isExample && <p class="hint">{t.example}</p>}
        {given.isCompared || <Took list={one.list} />}
        <ModelState opening={one.opening} label={labelOf(given.sides[0].model, t)} />
        {given.isCompared ? (
          <Compared given={given} one={one} input={inputOf(given.sides[1])} />
        ) : (
          one.list && (
            <Films
              list={one.list}
              isBusy={one.isBusy}
              reasons={reasons}
              onNear={catalogue.value.hasLists && given.from !== HERE ? given.setNear : null}
            />
          )
        )}
        {one.list?.films.length === 0 && <p class="hint">{t.allRated}</p>}
        {one.error && <p role="alert">{one.error.message}</p>}
        {one.list?.films.length === topK && (
          <button type="button" class="button" id="more" onClick={() => setTopK(topK + SHOWN)}>
            {t.more}
          </button>
        )}
      </div>
      <div class="cards">
        <YourData />
        <Requests />
      </div>
    </Section>
  );
}

/** What useList takes. */
const inputsOf = (side, given, history, topK) => ({
  model: side.model,
  from: fromOf(given),
  ratings: history,
  wishes: wishesOf(side, given),
  topK,
});

const fromOf = ({ from, near }) => {
  if (from === HERE) return { isHere: true };
  return near === 0 ? { list: from } : { near };
};

/** On a phone they are folded: the list comes first. */
function Controls({ given }) {
  const t = textsOf({ en, ko });
  const [isOpen, setOpen] = useState(() => matchMedia("(min-width: 700px)").matches);
  return (
    <details
      class="for-you-fold"
      open={isOpen}
      onToggle={(event) => setOpen(event.currentTarget.open)}
    >
      <summary>{t.settings(labelOf(given.sides[0].model, t))}</summary>
      <Settings given={given} />
    </details>
  );
}

function Settings({ given }) {
  const t = textsOf({ en, ko });
  const { sides, isCompared, setCompared } = given;
  return (
    <div class="for-you-controls">
      <div class="for-you-knobs">
        {isCompared || <ModelPick side={sides[0]} />}
        <CandidatesPick {...given} />
        {isCompared || <NoveltyKnob side={sides[0]} />}
      </div>
      <p class="hint for-you-what">
        {!isCompared && t.what[sides[0].model]}{" "}
        <button
          type="button"
          class="link"
          id="compare"
          aria-pressed={isCompared}
          onClick={() => setCompared(!isCompared)}
        >
          {isCompared ? t.compare.end : t.compare.start}
        </button>
      </p>
      <details class="for-you-more">
        <summary>{t.moreControls}</summary>
        <Arrangement {...given} />
        <AboutCandidates {...given} />
      </details>
    </div>
  );
}

/** The list beside that of other settings. */
function Compared({ given, one, input }) {
  const t = textsOf({ en, ko }).compare;
  const other = useList(input);
  return (
    <>
      <Agreement one={one.list} other={other.list} />
      <div class="for-you-sides">
        {[one, other].map((side, at) => (
          <div key={at}>
            <ModelPick side={given.sides[at]} label={t.model[at]} />
            <NoveltyKnob side={given.sides[at]} label={t.novelty[at]} />
            {at === 1 && <ModelState opening={side.opening} label={t.sides[at]} />}
            <OneSide
              id={at === 0 ? "list" : "list-2"}
              label={t.sides[at]}
              list={side.list}
              other={(at === 0 ? other : one).list}
              isBusy={side.isBusy}
            />
          </div>
        ))}
      </div>
    </>
  );
}

/** How long the list took, without waiting for candidates. */
function Took({ list }) {
  const t = textsOf({ en, ko });
  if (!list) return null;
  const { counts, times } = list.of.ranking;
  return (
    <p class="hint" id="took" data-ranked={counts.ranked}>
      {t.took(formatNumber(counts.ranked), formatNumber(times.rank, 1))}
      <span class="for-you-wide">, {t.arranged(formatNumber(list.time, 1))}</span>
    </p>
  );
}

/** Another source than asked for: one calm line, and a way to try again. */
function Fallback({ list, retry }) {
  const t = textsOf({ en, ko }).fallback;
  const warning = list?.of.warning;
  if (!warning) return null;
  return (
    <p class="for-you-fallback" role="status">
      {t[list.of.source === "device" ? "device" : "last"](warning.message)}{" "}
      <button type="button" class="link" id="retry" onClick={retry}>
        {t.retry}
      </button>
    </p>
  );
}

/** The numbers of the list in the overview, and its first film for a screen reader. */
function useOverview({ list }, history, t) {
  const ranking = list?.of.ranking;
  const { value: vector } = useResult(async () => {
    const user = ranking?.user;
    return user && [...(await user.vector)];
  }, [ranking]);
  useEffect(() => {
    if (!list) return;
    const { films, of } = list;
    showFlow({
      model: labelOf(of.name, t),
      history: history.length,
      vector,
      candidates: of.ranking.counts.ranked,
      best: films.length > 0 ? Math.max(...films.map(({ score }) => score)) : undefined,
      list: films.map(({ item }) => item),
      time: of.ranking.times.rank + list.time,
    });
  }, [list, vector, t]);
  const first = catalogue.value.get(list?.films[0]?.item)?.title;
  useEffect(() => void (first && announce(t.first(first))), [first]);
}

const papersOf = ({ papers }) => [
  { text: papers.steck, href: "https://doi.org/10.1145/2043932.2043957" },
  { text: papers.mmr, href: "https://doi.org/10.1145/290941.291025" },
  { text: papers.youtube, href: "https://doi.org/10.1145/2959100.2959190" },
];
