import { useState } from "preact/hooks";
import { eraseWeights } from "pocketrec/cache";
import { forgetRankings } from "../../ranking/pipelines.js";
import { announce } from "../../state/announce.js";
import { textsOf } from "../../state/language.js";
import { forgetChoices } from "../../state/storage.js";
import {
  areKept,
  exportOwn,
  forgetRatings,
  importOwn,
  isBorrowed,
  ownCount,
} from "../../state/visitor.js";
import { Ask } from "../../ui/ask.jsx";
import { forgetTaste } from "./taste.js";
import en from "./texts.en.js";
import ko from "./texts.ko.js";

const FILE = "ratings.json";

/** What this browser stores about the visitor: to see, to take along, to erase. */
export function YourData() {
  const t = textsOf({ en, ko }).data;
  const [isShown, show] = useState(false);
  const [problem, setProblem] = useState(null);
  const count = ownCount.value;
  const take = async (event) => {
    const [file] = event.currentTarget.files;
    event.currentTarget.value = "";
    setProblem(null);
    await importOwn(await file.text()).catch((error) => setProblem(error.message));
  };
  return (
    <section class="card for-you-data" aria-labelledby="data-title">
      <h2 id="data-title">{t.title}</h2>
      <p>{areKept.value ? t.kept(count) : t.notKept(count)}</p>
      {isBorrowed.value && <p class="hint">{t.borrowed}</p>}
      <p class="actions">
        <button type="button" class="link" aria-expanded={isShown} onClick={() => show(!isShown)}>
          {isShown ? t.hide : t.see}
        </button>
        <button type="button" class="link" id="export" disabled={count === 0} onClick={save}>
          {t.export}
        </button>
        <label class="link for-you-import">
          {t.import}
          <input id="import" type="file" accept="application/json,.json" onChange={take} />
        </label>
        <Ask
          id="forget"
          label={t.erase}
          question={t.eraseAsk(count)}
          yes={t.eraseYes}
          onYes={erase}
        />
      </p>
      {problem && <p role="alert">{t.notImported(problem)}</p>}
      {isShown && (
        <pre id="data" tabIndex={0}>
          {JSON.stringify(exportOwn(), null, 1)}
        </pre>
      )}
    </section>
  );
}

/** The file is made here: saving it sends nothing. */
function save() {
  const blob = new Blob([JSON.stringify(exportOwn())], { type: "application/json" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = FILE;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Ratings, the budget, the kept weights and the visitor's choices. */
async function erase() {
  const t = textsOf({ en, ko }).data;
  forgetTaste();
  forgetRankings();
  forgetChoices();
  await Promise.all([forgetRatings(), eraseWeights().catch(() => {})]); // blocked: nothing is kept
  announce(t.erased);
}
