import { setting } from "../../state/address.js";
import { vocabularyOf } from "./tower.js";

const MOST = 3;

/** The visitor's searches: words that the file has an embedding for. */
export function SearchWords({ t, file, words, searched }) {
  const [, setText] = setting("search", "");
  const known = vocabularyOf(file, "search").toSorted((a, b) => a.localeCompare(b));
  const set = (chosen) => setText(chosen.join(","));
  return (
    <div class="two-stages-words">
      <label>
        {t.inside.search}{" "}
        <select
          value=""
          disabled={words.length >= MOST}
          onChange={(event) => {
            const word = event.currentTarget.value;
            event.currentTarget.value = "";
            if (word) set([...words, word]);
          }}
        >
          <option value="">{t.inside.chooseWord(known.length)}</option>
          {known
            .filter((word) => !words.includes(word))
            .map((word) => (
              <option key={word} value={word}>
                {word}
              </option>
            ))}
        </select>
      </label>
      {words.map((word) => (
        <button
          key={word}
          type="button"
          class="button"
          aria-label={t.inside.removeWord(word)}
          onClick={() => set(words.filter((other) => other !== word))}
        >
          {searched.includes(word) ? word : t.inside.unknownWord(word)} ×
        </button>
      ))}
    </div>
  );
}
