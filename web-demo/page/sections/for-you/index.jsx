import { useEffect } from "preact/hooks";
import { useModel } from "../../models/open-model.js";
import { showFlow } from "../../state/flow.js";
import { textsOf } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { ratings } from "../../state/visitor.js";
import { FilmList } from "../../ui/film-list.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { Section } from "../../ui/section.jsx";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

export default function ForYou() {
  const t = textsOf({ en, ko });
  const opening = useModel("neumf");
  const history = ratings.value.map(([item, rating]) => ({ item, rating }));
  const { value, error } = useResult(async () => {
    if (!opening.model) return undefined;
    const started = performance.now();
    const user = await opening.model.user({ history });
    const list = await opening.model.recommend(user, { topK: 20, exclude: await user.items });
    return { list, vector: await user.vector, time: performance.now() - started };
  }, [opening.model, JSON.stringify(history)]);
  useEffect(() => {
    if (!value) return;
    const { list, vector, time } = value;
    const items = list.map(({ item }) => item);
    const candidates = opening.model.itemCount;
    const best = list[0]?.score;
    showFlow({
      model: "NeuMF",
      history: history.length,
      vector,
      candidates,
      best,
      list: items,
      time,
    });
  }, [value]);
  return (
    <Section title={t.title} lead={t.lead}>
      <div class="card">
        <ModelState opening={opening} label="NeuMF" />
        {error && <p role="alert">{error.message}</p>}
        {value && <FilmList list={value.list} label={t.title} digits={2} />}
      </div>
    </Section>
  );
}
