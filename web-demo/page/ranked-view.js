/** The ranked list, with the choice of what is ranked and by which model. */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import { filmName } from "./film.js";
import { modelChooser, modelView } from "./model-view.js";
import { MODELS } from "./models.js";
import { reasonView } from "./reason-view.js";
import { movement, scoreBar } from "./score-view.js";
import { stars } from "./stars.js";
import { trouble } from "./trouble.js";

const LISTS = [
  ["popular", "Popular"],
  ["recent", "Recent"],
  ["classics", "Classics"],
];

export function rankedView(state, actions) {
  const { ranked, timing, ranking } = state;
  const personal = timing !== null;
  return html`
    <section class="card ranked" id="ranked" aria-labelledby="ranked-title" tabindex="-1">
      <h2 id="ranked-title">${personal ? "Your list" : "The server’s list"}</h2>
      <p class="hint">
        ${personal
          ? `The candidates that everybody gets, in the order that ${MODELS[ranking.name].label} finds for you. Arrows show
             how far a film moved. ${MODELS[ranking.name].scores}`
          : `The same candidates in the same order for everybody. Rate a film, and they are ranked for you, on this
             device.`}
      </p>
      ${modelChooser(state, actions)} ${listChooser(state, actions)}
      ${listTrouble(state, actions)} ${modelView(state, actions)}
      <ol
        class=${personal ? "films personal" : "films"}
        id="list"
        role="list"
        aria-busy=${state.isFetching || (state.isOpening && ranking) ? "true" : "false"}
        data-rows
      >
        ${ranked.length === 0 && !state.listFailure
          ? skeleton()
          : repeat(ranked, byId, (entry, place) => rankedRow(entry, place, state, actions))}
      </ol>
      <button type="button" class="button more" ?hidden=${ranked.length < state.shown} @click=${actions.more}>
        Show more
      </button>
    </section>
  `;
}

/** What did not arrive, and what is there instead. */
function listTrouble({ listFailure }, actions) {
  if (!listFailure) return nothing;
  const { list, why, hasLast } = listFailure;
  const what = `The list “${labelOf(list)}” did not arrive.`;
  const instead = hasLast ? " The list that was here stays." : "";
  return trouble(what, html`${why}${instead}`, actions.retryList);
}

function labelOf(list) {
  return new Map(LISTS).get(list) ?? list;
}

function listChooser({ list, catalogue }, actions) {
  const isGenre = catalogue.genres.includes(list);
  return html`
    <div class="chooser" role="group" aria-labelledby="lists-title">
      <h3 id="lists-title">Candidates</h3>
      <div class="pills">
        ${LISTS.map(
          ([name, label]) => html`<button
            type="button"
            class="pill"
            aria-pressed=${name === list}
            @click=${() => actions.choose(name)}
          >${label}</button>`,
        )}
        <select
          class=${isGenre ? "pill chosen" : "pill"}
          aria-label="Candidates of one genre"
          .value=${isGenre ? list : ""}
          @change=${(event) => actions.choose(event.target.value)}
        >
          <option value="" disabled>Genre …</option>
          ${catalogue.genres.map((genre) => html`<option value=${genre}>${genre}</option>`)}
        </select>
      </div>
    </div>
  `;
}

function rankedRow({ film, score, moved }, place, state, actions) {
  const { ranked, ratings, timing, ranking, catalogue } = state;
  const verdict = () => html`<div class="verdict">
    ${scoreBar(score, ranked[0].score, ranking.isProbability)}${movement(moved)}
  </div>`;
  return html`
    <li class="film place" data-film=${film.id}>
      <span class="number">${place + 1}</span>
      ${filmName(film)} ${timing ? verdict() : nothing}
      <div class="controls">${stars(film, ratings.get(film.id), actions.rate)}</div>
      ${timing && score !== null ? reasonView(ranking.reasons.get(film.id), catalogue) : nothing}
    </li>
  `;
}

function skeleton() {
  return Array.from({ length: 8 }, () => html`<li class="film place blank" aria-hidden="true"></li>`);
}

const byId = (entry) => entry.id;
