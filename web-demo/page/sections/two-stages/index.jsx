import { useEffect } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { openInsides } from "../../models/insides.js";
import { useModel } from "../../models/open-model.js";
import { setting } from "../../state/address.js";
import { showFlow } from "../../state/flow.js";
import { textsOf } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { ModelState } from "../../ui/model-state.jsx";
import { Section } from "../../ui/section.jsx";
import { Approximate } from "./approximate.jsx";
import { Below } from "./below.jsx";
import { ExampleAge } from "./example-age.jsx";
import { COUNTS, Funnel } from "./funnel.jsx";
import { givenRatings } from "./given.js";
import { InsideCandidates } from "./inside-candidates.jsx";
import { runStages } from "./pipeline.js";
import { RankerOdds } from "./ranker-odds.jsx";
import code from "./snippet.js?raw";
import en from "./texts.en.js";
import ko from "./texts.ko.js";
import "./two-stages.css";
import { WatchTime } from "./watch-time.jsx";

const PAPERS = [
  {
    text: "Covington, Adams, Sargin: Deep Neural Networks for YouTube Recommendations (RecSys 2016)",
    href: "https://doi.org/10.1145/2959100.2959190",
  },
  {
    text: "Jégou, Douze, Schmid: Product Quantization for Nearest Neighbor Search (TPAMI 2011)",
    href: "https://doi.org/10.1109/TPAMI.2010.57",
  },
];

export default function TwoStages() {
  const t = textsOf({ en, ko });
  const { ratings, isExample } = givenRatings();
  const [count] = setting("candidates", 500, { among: COUNTS });
  const opened = useModels();
  const words = chosenWords();
  const request = { ratings, words, count, genresOf };
  const { value: run, error } = useResult(
    async (signal) => opened.models && runStages(opened.models, request, signal),
    [opened.models, JSON.stringify([ratings, words, count])],
  );
  useEffect(() => {
    if (!run) return;
    showFlow({
      model: t.title,
      history: ratings.length,
      vector: run.vector,
      candidates: run.lists.candidates.length,
      best: run.lists.ranked[0]?.score,
      list: run.lists.shown.map(({ item }) => item),
      time: run.total,
    });
  }, [run]);
  const shared = { t, ratings, words, run, models: opened.models, files: opened.files };
  return (
    <Section
      title={t.title}
      lead={t.lead}
      below={<Below {...shared} />}
      code={code}
      papers={PAPERS}
    >
      <ModelState opening={opened.finder} label={t.candidateStage} />
      <ModelState opening={opened.ranker} label={t.rankStage} />
      {isExample && <p class="hint">{t.example}</p>}
      {error && (
        <p class="alert" role="alert">
          {error.message}
        </p>
      )}
      {opened.areThere && !run && !error && <p class="loading">{t.computing}</p>}
      {run && opened.files && (
        <>
          <Funnel {...shared} />
          <InsideCandidates {...shared} />
          <div class="cards">
            <WatchTime t={t} />
            <RankerOdds {...shared} />
          </div>
          <Approximate {...shared} />
          <ExampleAge {...shared} />
        </>
      )}
    </Section>
  );
}

/** Both models, and the numbers inside their files, once they are there. */
function useModels() {
  const finder = useModel("candidates");
  const ranker = useModel("ranker");
  const isThere = finder.model && ranker.model;
  const { value } = useResult(async () => {
    if (!isThere) return undefined;
    const [inFinder, inRanker] = await Promise.all(["candidates", "ranker"].map(openInsides));
    return {
      models: { finder: finder.model, ranker: ranker.model },
      files: { finder: inFinder, ranker: inRanker },
    };
  }, [isThere]);
  return { finder, ranker, areThere: isThere, ...value };
}

const genresOf = (id) => catalogue.value.get(id)?.genres ?? [];

/** The search words of the address: an app's file decides which of them it knows. */
function chosenWords() {
  const [text] = setting("search", "");
  return text
    .split(",")
    .filter((word) => word !== "")
    .slice(0, 3);
}
