import { useEffect, useState } from "preact/hooks";
import { FILES } from "../../models/files.js";
import { catalogue } from "../../models/films.js";
import { setting } from "../../state/address.js";
import { showFlow } from "../../state/flow.js";
import { textsOf } from "../../state/language.js";
import { PRESETS } from "../../state/presets.js";
import { ratings } from "../../state/visitor.js";
import { Choice } from "../../ui/choice.jsx";
import { Predict } from "../../ui/predict.jsx";
import { Section } from "../../ui/section.jsx";
import "./beyond.css";
import { FourLists } from "./four-lists.jsx";
import { Insides } from "./insides.jsx";
import { moved } from "./lists.js";
import { Measured } from "./measured.jsx";
import { Order } from "./order.jsx";
import { PAPERS } from "./papers.js";
import code from "./snippet.js?raw";
import en from "./texts.en.js";
import ko from "./texts.ko.js";
import { useLists } from "./use-lists.js";

/** Models of the lecture, to compare with. */
const LECTURE = ["neumf", "gmf", "mlp", "dae", "cdae", "mult-dae", "autorec"];
const MOST = 20; // films of the history

export default function Beyond() {
  const t = textsOf({ en, ko });
  const [beside, setBeside] = setting("beside", "neumf", { among: LECTURE });
  const [last, setLast] = setting("last", 0, { min: 0 });
  const [wanted, setFilm] = setting("film", 0, { min: 0 });
  const [pointed, setPointed] = useState(null);
  const isExample = ratings.value.length === 0;
  const given = (isExample ? PRESETS[0].ratings : ratings.value).slice(-MOST);
  const end = given.some(([id]) => id === last) ? last : 0;
  const ordered = moved(given, end);
  const names = ["ease", "ials", "sasrec", beside];
  const columns = [
    { name: "ease", lists: useLists("ease", given, end) },
    { name: "ials", lists: useLists("ials", given, end) },
    { name: "sasrec", lists: useLists("sasrec", given, end) },
    { name: beside, lists: useLists(beside, given, end) },
  ];
  const found = columns.slice(0, 3).map(({ lists }) => lists.found);
  const film = filmOf(wanted, given, found[0]);
  useFlow(found[2], given.length);
  return (
    <Section
      title={t.title}
      lead={t.lead}
      code={code}
      papers={PAPERS}
      below={<Predict {...t.predict} />}
    >
      <div class="card">
        <div class="knobs">
          <Choice
            label={t.beside}
            value={beside}
            options={LECTURE.map((name) => ({ value: name, label: FILES[name].label }))}
            onChange={setBeside}
          />
        </div>
        <Order ordered={ordered} last={end} onLast={setLast} t={t} />
        {isExample && <p class="hint">{t.example}</p>}
        {ratings.value.length > MOST && <p class="hint">{t.most(MOST)}</p>}
      </div>
      <FourLists
        columns={columns}
        last={end}
        chosen={film}
        onChoose={setFilm}
        pointed={pointed}
        onPoint={setPointed}
        t={t}
      />
      {film !== null && found.every(Boolean) && (
        <>
          <h2 class="beyond-why">{t.why(catalogue.value.get(film)?.title)}</h2>
          <Insides
            {...{ found, ordered, film, t }}
            onChoose={setFilm}
            beside={<Measured shown={names} t={t} />}
          />
        </>
      )}
    </Section>
  );
}

/** The film that is explained: that of the address, unless it is rated, else the first of EASE. */
function filmOf(wanted, given, found) {
  const isRated = given.some(([id]) => id === wanted);
  if (catalogue.value.get(wanted) && !isRated) return wanted;
  return found?.list[0]?.item ?? null;
}

/** The overview shows SASRec's way. */
function useFlow(found, history) {
  useEffect(() => {
    if (!found) return;
    let isCurrent = true;
    const { model, user, list, time } = found;
    const show = (vector) =>
      showFlow({
        model: FILES.sasrec.label,
        history,
        vector,
        candidates: model.itemCount - history,
        best: list[0].score,
        list: list.map(({ item }) => item),
        time,
      });
    user.vector.then((vector) => isCurrent && show(vector));
    return () => (isCurrent = false); // by then another section may show its own
  }, [found]);
}
