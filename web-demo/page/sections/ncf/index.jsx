import { useEffect } from "preact/hooks";
import { setting } from "../../state/address.js";
import { showFlow } from "../../state/flow.js";
import { PRESETS } from "../../state/presets.js";
import { ratings } from "../../state/visitor.js";
import { ModelState } from "../../ui/model-state.jsx";
import { Predict } from "../../ui/predict.jsx";
import { Section } from "../../ui/section.jsx";
import { AgreementCard } from "./agreement-card.jsx";
import { FourUsersCard } from "./four-users-card.jsx";
import { NetworkCard } from "./network-card.jsx";
import code from "./snippet.js?raw";
import { ncfTexts } from "./texts.js";
import { useJoined, useNetworks } from "./use-networks.js";
import "./ncf.css";

const PAPERS = [
  {
    text: "He, Liao, Zhang, Nie, Hu, Chua: Neural Collaborative Filtering. WWW 2017.",
    href: "https://arxiv.org/abs/1708.05031",
  },
  {
    text: "Rendle, Krichene, Zhang, Anderson: NCF vs. Matrix Factorization Revisited. RecSys 2020.",
    href: "https://arxiv.org/abs/2005.09683",
  },
];

export default function Ncf() {
  const t = ncfTexts();
  const [alpha, setAlpha] = setting("alpha", 0.5, { min: 0, max: 1 });
  const [chosen, setChosen] = setting("film", 0, { min: 0 });
  const isExample = ratings.value.length === 0;
  const given = isExample ? PRESETS[0].ratings : ratings.value;
  const history = given.map(([item, rating]) => ({ item, rating }));
  const { openings, people, ...networks } = useNetworks(history);
  const { value: joined, ...joining } = useJoined(people, history, alpha, chosen);
  const error = networks.error ?? joining.error;
  const isMissing = Object.values(openings).some((opening) => opening.error);
  const isBusy = networks.isBusy || joining.isBusy || !(joined || isMissing);
  useEffect(() => {
    if (!joined) return;
    const { list, vector, time } = joined;
    const candidates = joined.people.gmf.list.length;
    showFlow({
      model: "GMF + MLP",
      history: history.length,
      vector,
      candidates,
      best: list[0].score,
      list: list.map(({ item }) => item),
      time,
    });
  }, [joined]);
  return (
    <Section title={t.title} lead={t.lead} code={code} papers={PAPERS} below={<Below />}>
      {isExample && <p class="hint">{t.example}</p>}
      {Object.entries(openings).map(([name, opening]) => (
        <ModelState
          key={name}
          opening={opening}
          label={name === "neumf" ? "NeuMF" : name.toUpperCase()}
        />
      ))}
      {error && (
        <p class="alert" role="alert">
          {error.message}
        </p>
      )}
      <div class="ncf-place" aria-busy={isBusy && !error}>
        {joined && (
          <NetworkCard joined={joined} alpha={alpha} onAlpha={setAlpha} onFilm={setChosen} />
        )}
      </div>
      <FourUsersCard />
      {joined && <AgreementCard joined={joined} />}
    </Section>
  );
}

function Below() {
  const t = ncfTexts();
  return (
    <>
      <Predict {...t.predict} right={2} />
      {t.prose.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </>
  );
}
