/** The ranked list, with the choice of candidates and model. */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import { candidatesAlert, candidatesChooser } from "./candidates-view.js";
import { filmName } from "./film.js";
import { modelChooser, modelView } from "./model-view.js";
import { MODELS } from "./models.js";
import { reasonView } from "./reason-view.js";
import { movement, scoreBar } from "./score-view.js";
import { stars } from "./stars.js";

const UNRATED =
  "The same candidates in the same order for every visitor. Rate a film to rank them for you.";
const UNRATED_HERE =
  "The candidates for a user without ratings. Rate a film to find and rank others for you.";

export function rankedView(state, actions) {
  const { ranked, timing, ranking } = state;
  const personal = timing !== null;
  return html`
    <section class="card ranked" id="ranked" aria-labelledby="ranked-title" tabindex="-1">
      <h2 id="ranked-title">${titleOf(state)}</h2>
      <p class="hint">${explained(state)}</p>
      ${modelChooser(state, actions)} ${candidatesChooser(state, actions)}
      ${candidatesAlert(state, actions)} ${modelView(state, actions)}
      <ol
        class=${personal ? "films personal" : "films"}
        id="list"
        role="list"
        aria-busy=${state.isFetching || (state.isOpening && ranking) ? "true" : "false"}
        data-rows
      >
        ${
          ranked.length === 0 && !state.listFailure
            ? skeleton()
            : repeat(ranked, byId, (entry, place) => rankedRow(entry, place, state, actions))
        }
      </ol>
      <button
        type="button"
        class="button more"
        ?hidden=${ranked.length < state.shown}
        @click=${actions.more}
      >
        Show more
      </button>
    </section>
  `;
}

function rankedRow({ film, score, moved }, place, state, actions) {
  const { ranked, ratings, timing, ranking, catalogue } = state;
  const best = () => Math.max(...ranked.map((entry) => entry.score));
  const verdict = () =>
    html`<div class="verdict">
      ${scoreBar(score, best(), ranking.isProbability)}${movement(moved)}
    </div>`;
  return html`
    <li class="film place" data-film=${film.id}>
      <span class="number">${place + 1}</span>
      ${filmName(film)} ${timing ? verdict() : nothing}
      <div class="controls">${stars(film, ratings.get(film.id), actions.rate)}</div>
      <div class="below">
        ${timing && score !== null ? reasonView(ranking.reasons.get(film.id), catalogue) : nothing}
        ${state.isHere ? nothing : aroundButton(film, state, actions)}
      </div>
    </li>
  `;
}

function titleOf({ timing, isHere }) {
  if (timing) return "Your list";
  return isHere ? "What this device found" : "The server’s list";
}

function explained({ timing, ranking, isHere, asked }) {
  if (!timing) {
    return isHere ? UNRATED_HERE : UNRATED;
  }
  const { label, scores } = MODELS[ranking.name];
  const named = asked.drawn
    ? "The candidates of a genre that this device drew"
    : "The candidates that every visitor gets";
  const served = asked.near === undefined ? named : "The server’s candidates around one film";
  const candidates = isHere ? "Candidates found on this device" : served;
  const order = ranking.isPipeline
    ? "ranked and arranged for you"
    : `in the order that ${label} finds for you`;
  return `${candidates}, ${order}. Arrows show how far a film moved. ${scores}`;
}

/** The one button that reveals a film: its request has the film's number. */
function aroundButton(film, { asked }, actions) {
  return html`<button
    type="button"
    class="link around"
    aria-label=${`More around this film: ${film.title}`}
    title="Asks the server for films around this one: sends its number"
    ?disabled=${asked.near === film.id}
    @click=${() => actions.choose({ near: film.id })}
  >
    More around this film
  </button>`;
}

function skeleton() {
  return Array.from(
    { length: 8 },
    () => html`<li class="film place blank" aria-hidden="true"></li>`,
  );
}

const byId = (entry) => entry.id;
