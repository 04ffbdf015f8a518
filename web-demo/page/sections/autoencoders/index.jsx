import { PRESETS } from "../../state/presets.js";
import { ratings } from "../../state/visitor.js";
import { Formula } from "../../ui/formula.jsx";
import { Predict } from "../../ui/predict.jsx";
import { Section } from "../../ui/section.jsx";
import { AutoRecCard } from "./autorec.jsx";
import "./autoencoders.css";
import learning from "./learning.tex";
import { FilmMapCard } from "./film-map-card.jsx";
import { Network } from "./network.jsx";
import { NodeCard } from "./node.jsx";
import { NoiseCard } from "./noise.jsx";
import { PAPERS } from "./papers.js";
import code from "./snippet.js?raw";
import { sectionTexts } from "./texts.js";

export default function Autoencoders() {
  const t = sectionTexts();
  const isExample = ratings.value.length === 0;
  const given = isExample ? PRESETS[0].ratings : ratings.value;
  const history = given.map(([item, rating]) => ({ item, rating }));
  return (
    <Section
      title={t.title}
      lead={t.lead}
      code={code}
      papers={PAPERS}
      below={
        <>
          <Formula mathml={learning} label={t.learning.formula} />
          <p>{t.learning.told}</p>
          <Predict {...t.predict} right={1} />
        </>
      }
    >
      {isExample && <p class="hint">{t.example}</p>}
      <Network history={history} />
      <NoiseCard history={history} />
      <AutoRecCard history={history} />
      <NodeCard history={history} />
      <FilmMapCard history={history} />
    </Section>
  );
}
