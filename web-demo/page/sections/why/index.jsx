import { PRESETS } from "../../state/presets.js";
import { ratings } from "../../state/visitor.js";
import { Predict } from "../../ui/predict.jsx";
import { Section } from "../../ui/section.jsx";
import { FeaturesCard } from "./features-card.jsx";
import { MeasuredCard } from "./measured-card.jsx";
import { NearestCard } from "./nearest-card.jsx";
import { OrderCard } from "./order-card.jsx";
import code from "./snippet.js?raw";
import { TasteCard } from "./taste-card.jsx";
import { whyTexts } from "./texts.js";
import "./why.css";

const PAPERS = [
  {
    text: "Rendle, Krichene, Zhang, Anderson: NCF vs. Matrix Factorization Revisited. RecSys 2020.",
    href: "https://arxiv.org/abs/2005.09683",
  },
  {
    text: "Steck: Embarrassingly Shallow Autoencoders for Sparse Data. WWW 2019.",
    href: "https://arxiv.org/abs/1905.03375",
  },
  {
    text: "Ferrari Dacrema, Cremonesi, Jannach: Are We Really Making Much Progress? RecSys 2019.",
    href: "https://arxiv.org/abs/1907.06902",
  },
  {
    text: "Zhang, Yao, Sun, Tay: Deep Learning based Recommender System. ACM CSUR 2019.",
    href: "https://arxiv.org/abs/1707.07435",
  },
];

export default function Why() {
  const t = whyTexts();
  const isExample = ratings.value.length === 0;
  const given = isExample ? PRESETS[0].ratings : ratings.value;
  const history = given.map(([item, rating]) => ({ item, rating }));
  return (
    <Section title={t.title} lead={t.lead} code={code} papers={PAPERS} below={<Below />}>
      {isExample && <p class="hint">{t.example}</p>}
      <div class="why-reasons">
        <TasteCard />
        <NearestCard history={history} />
        <OrderCard history={history} />
        <FeaturesCard ratings={given} />
      </div>
      <MeasuredCard />
    </Section>
  );
}

function Below() {
  const t = whyTexts();
  return (
    <>
      <Predict {...t.predict} right={1} />
      {t.prose.map((paragraph) => (
        <p key={paragraph}>{paragraph}</p>
      ))}
    </>
  );
}
