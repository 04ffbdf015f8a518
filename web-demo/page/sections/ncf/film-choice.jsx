import { useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { FilmList } from "../../ui/film-list.jsx";
import { ncfTexts } from "./texts.js";

const FOUND = 5;

/**
 * The list of the joined network, and a search: any film can be looked into.
 *
 * @param {object} props
 * @param {{ item: number, score: number }[]} props.list
 * @param {number} props.film the chosen one
 * @param {(item: number) => void} props.onChoose
 */
export function FilmChoice({ list, film, onChoose }) {
  const t = ncfTexts().network;
  const [query, setQuery] = useState("");
  const found = query.trim() ? catalogue.value.search(query, FOUND) : [];
  const choose = (item) => {
    onChoose(item);
    setQuery("");
  };
  return (
    <div class="ncf-films">
      <h3>{t.list}</h3>
      <FilmList list={list} label={t.list} digits={2} chosen={film} onChoose={onChoose} />
      <input
        type="search"
        id="ncf-search"
        placeholder={t.search}
        aria-label={t.search}
        autocomplete="off"
        spellcheck={false}
        value={query}
        onInput={(event) => setQuery(event.currentTarget.value)}
      />
      {found.length > 0 && (
        <FilmList
          list={found.map(({ id }) => ({ item: id }))}
          label={t.found}
          chosen={film}
          onChoose={choose}
        />
      )}
    </div>
  );
}
