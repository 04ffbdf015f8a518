import { useEffect } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { useModel } from "../../models/open-model.js";
import { setting } from "../../state/address.js";
import { showFlow } from "../../state/flow.js";
import { useResult } from "../../state/use-result.js";
import { Choice } from "../../ui/choice.jsx";
import { FilmList } from "../../ui/film-list.jsx";
import { ModelState } from "../../ui/model-state.jsx";
import { moved } from "./lists.js";
import { whyTexts } from "./texts.js";

const LISTED = 6;
const MODELS = { sasrec: "SASRec", ae: "AE" };

/** Sequences: the same films in another order, for a model that reads an order and one that does not. */
export function OrderCard({ history }) {
  const t = whyTexts().order;
  const openings = { sasrec: useModel("sasrec"), ae: useModel("ae") };
  const [isReversed, setReversed] = setting("reversed", false);
  const models = Object.values(openings).map(({ model }) => model);
  const { value, isBusy: isComputing } = useResult(async () => {
    if (!models.every(Boolean)) return undefined;
    const started = performance.now();
    const [sasrec, ae] = await Promise.all(models.map((model) => bothWays(model, history)));
    return { sasrec, ae, time: performance.now() - started, count: models[0].itemCount };
  }, [...models, JSON.stringify(history)]);
  const isMissing = Object.values(openings).some(({ error }) => error);
  const isBusy = isComputing || !(value || isMissing);
  const way = isReversed ? "reversed" : "given";
  useEffect(() => {
    if (!value) return;
    const { list, vector } = value.sasrec[way];
    showFlow({
      model: MODELS.sasrec,
      history: history.length,
      vector,
      candidates: value.count - history.length,
      best: list[0].score,
      list: list.map(({ item }) => item),
      time: value.time,
    });
  }, [value, way]);
  const shown = isReversed ? history.toReversed() : history;
  return (
    <section class="card why-card" aria-labelledby="why-order" aria-busy={isBusy}>
      <h2 id="why-order">{t.title}</h2>
      <p class="hint">{t.hint}</p>
      <Choice
        label={t.order}
        value={way}
        options={["given", "reversed"].map((name) => ({ value: name, label: t.ways[name] }))}
        onChange={(name) => setReversed(name === "reversed")}
      />
      <p class="why-history" data-history={shown.map(({ item }) => item).join(",")}>
        {shown.map(({ item }) => catalogue.value.get(item)?.title ?? item).join(" → ")}
      </p>
      {Object.entries(openings).map(([name, opening]) => (
        <ModelState key={name} opening={opening} label={MODELS[name]} />
      ))}
      {value && (
        <div class="why-lists">
          {Object.entries(MODELS).map(([name, label]) => {
            const places = moved(value[name].given.list, value[name][way].list);
            return (
              <div key={name} data-model={name}>
                <h3>{label}</h3>
                <FilmList
                  list={value[name][way].list.slice(0, LISTED)}
                  label={label}
                  marked={places}
                />
                <p role="status">{isReversed ? t.moved(places.size) : t.asGiven}</p>
              </div>
            );
          })}
        </div>
      )}
    </section>
  );
}

async function bothWays(model, history) {
  const exclude = history.map(({ item }) => item);
  const listFor = async (past) => {
    const user = await model.user({ history: past });
    const list = await model.recommend(user, { topK: LISTED, exclude, raw: true });
    return { list, vector: await user.vector };
  };
  return { given: await listFor(history), reversed: await listFor(history.toReversed()) };
}
