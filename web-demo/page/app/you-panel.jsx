import { useState } from "preact/hooks";
import { catalogue } from "../models/films.js";
import { PRESETS } from "../state/presets.js";
import {
  areKept,
  borrow,
  isBorrowed,
  keepBorrowed,
  ownCount,
  presetInUse,
  rate,
  ratings,
  unrate,
  useOwn,
} from "../state/visitor.js";
import { Ask } from "../ui/ask.jsx";
import { Choice } from "../ui/choice.jsx";
import { Stars } from "../ui/stars.jsx";
import { frameTexts } from "./texts.js";

const FOUND = 6;
const OWN = "own";

/** Who the page computes for: examples, a search, and the rated films. Beside every section. */
export function YouPanel() {
  const t = frameTexts().you;
  const [isOpen, setOpen] = useState(false); // on narrow screens
  return (
    <section class="you" aria-labelledby="you-title">
      <h2 id="you-title">
        {t.title} <span class="count">{t.ratings(ratings.value.length)}</span>
      </h2>
      <button
        type="button"
        class="button unfold"
        aria-expanded={isOpen}
        aria-controls="you-more"
        onClick={() => setOpen(!isOpen)}
      >
        {t.unfold(ratings.value.length)}
      </button>
      <Presets />
      <div class={isOpen ? "more open" : "more"} id="you-more">
        <Borrowed />
        <Search />
        <ul class="rated" id="ratings">
          {ratings.value.toReversed().map(([id, stars]) => (
            <FilmToRate key={id} film={catalogue.value.get(id)} stars={stars} isRemovable />
          ))}
        </ul>
        {!areKept.value && <p class="hint">{t.notKept}</p>}
      </div>
    </section>
  );
}

function Presets() {
  const t = frameTexts().you;
  return (
    <Choice
      label={t.presets}
      value={isBorrowed.value ? (presetInUse.value ?? "") : OWN}
      options={[
        ...PRESETS.map(({ name }) => ({ value: name, label: t.names[name] })),
        { value: OWN, label: t.own(ownCount.value) },
      ]}
      onChange={(name) =>
        name === OWN ? useOwn() : borrow(PRESETS.find((preset) => preset.name === name).ratings)
      }
    />
  );
}

/** What becomes of borrowed ratings. Own ones are replaced only after a question. */
function Borrowed() {
  const t = frameTexts().you;
  if (!isBorrowed.value) return null;
  return (
    <p class="hint">
      {presetInUse.value ? t.borrowed : t.changed}{" "}
      <Ask
        id="keep"
        label={t.keep}
        question={ownCount.value > 0 ? t.replaces(ownCount.value) : undefined}
        yes={t.replace}
        onYes={keepBorrowed}
      />
    </p>
  );
}

function Search() {
  const t = frameTexts().you;
  const [query, setQuery] = useState("");
  const found = query.trim() ? catalogue.value.search(query, FOUND) : [];
  const given = new Map(ratings.value);
  return (
    <div class="search">
      <input
        id="search"
        type="search"
        placeholder={t.search}
        aria-label={t.search}
        autocomplete="off"
        spellcheck={false}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
        onKeyDown={(event) => event.key === "Escape" && setQuery("")}
      />
      <p class="hint" role="status">
        {query.trim() !== "" && (found.length === 0 ? t.none : t.found(found.length))}
      </p>
      <ul class="rated" id="found">
        {found.map((film) => (
          <FilmToRate key={film.id} film={film} stars={given.get(film.id)} />
        ))}
      </ul>
    </div>
  );
}

function FilmToRate({ film, stars, isRemovable = false }) {
  const t = frameTexts().you;
  return (
    <li data-film={film.id}>
      <span class="title" title={film.title}>
        {film.title} <span class="year">{film.year}</span>
      </span>
      <Stars film={film} given={stars} onRate={rate} />
      {isRemovable && (
        <button
          type="button"
          class="remove"
          aria-label={t.remove(film.title)}
          onClick={() => unrate(film.id)}
        >
          ×
        </button>
      )}
    </li>
  );
}
