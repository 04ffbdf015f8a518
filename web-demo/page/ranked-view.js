/** The ranked list, with what it took to rank it. */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import { filmName } from "./film.js";
import { stars } from "./stars.js";
import { trouble } from "./trouble.js";

const LISTS = [
  ["popular", "Popular"],
  ["recent", "Recent"],
  ["classics", "Classics"],
];

export function rankedView(state, actions) {
  const { ranked, timing } = state;
  const personal = timing !== null;
  return html`
    <section class="card ranked" id="ranked" aria-labelledby="ranked-title" tabindex="-1">
      <h2 id="ranked-title">${personal ? "Your list" : "The server’s list"}</h2>
      <p class="hint">
        ${personal
          ? `The candidates that everybody gets, in the order that the model finds for you. Bars are its scores, arrows how
             far a film moved from its place on the server.`
          : `The same candidates in the same order for everybody. Rate a film, and they are ranked for you, on this
             device.`}
      </p>
      ${chooser(state, actions)} ${listTrouble(state, actions)} ${modelView(state, actions)}
      <ol
        class=${personal ? "films personal" : "films"}
        id="list"
        role="list"
        aria-busy=${state.isFetching ? "true" : "false"}
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

function chooser({ list, catalogue }, actions) {
  const isGenre = catalogue.genres.includes(list);
  return html`
    <div class="chooser" role="group" aria-label="Which candidates to rank">
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
  `;
}

/** The weights on their way, or what went wrong with them, or what the model just did: all three are one size. */
function modelView({ model, modelFailure, progress, timing }, actions) {
  if (modelFailure) return trouble("The model cannot be used.", modelFailure, actions.retryModel);
  if (!model) return progressView(progress);
  const variant = { relaxed: "relaxed SIMD", simd128: "SIMD" }[model.simd] ?? model.simd;
  return html`
    <dl class="figures" id="timing">
      ${figure("Fitted to you in", timing ? milliseconds(timing.fitTime) : "–")}
      ${figure(`${timing ? timing.count : "Films"} ranked in`, timing ? milliseconds(timing.rankTime) : "–")}
      ${figure("Model", html`${kindName(model.kind)} <small>${variant}</small>`)}
      ${figure("Weights", megabytes(progress?.total || progress?.loaded))}
    </dl>
  `;
}

function figure(label, value) {
  return html`<div><dt>${label}</dt><dd>${value}</dd></div>`;
}

function progressView(progress) {
  const { loaded = 0, total = 0 } = progress ?? {};
  return html`
    <div class="figures loading">
      <label for="progress">
        The model is on its way: ${megabytes(loaded)}${total ? html` of ${megabytes(total)}` : nothing}
      </label>
      <progress id="progress" max=${total || 1} value=${total ? loaded : nothing}></progress>
    </div>
  `;
}

function rankedRow({ film, score, moved }, place, { ranked, ratings, timing }, actions) {
  return html`
    <li class="film place" data-film=${film.id}>
      <span class="number">${place + 1}</span>
      ${filmName(film)}
      ${timing ? html`<div class="verdict">${scoreBar(score, ranked[0].score)}${movement(moved)}</div>` : nothing}
      <div class="controls">${stars(film, ratings.get(film.id), actions.rate)}</div>
    </li>
  `;
}

/**
 * The longest bar is the best film's: on a list of films that few people saw, all scores are low, and still differ.
 * Drawn with attributes and not with a style, because the page's policy allows no inline styles.
 */
function scoreBar(score, best) {
  if (score === null) return html`<span class="score none">new to the model</span>`;
  return html`<span class="score">
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="6"></rect>
      <rect class="value" width=${Math.max((score / best) * 100, 1)} height="6"></rect>
    </svg>
    <span class="percent">${percentage(score)}<small>%</small></span>
  </span>`;
}

/** Two digits, as far as they go. */
function percentage(score) {
  const percent = score * 100;
  if (percent < 0.1) return "< 0.1";
  return percent.toFixed(percent < 9.95 ? 1 : 0);
}

function movement(moved) {
  if (moved === 0) return html`<span class="moved" title="where the server had it">=</span>`;
  const [arrow, word, style] = moved > 0 ? ["▲", "up", "moved up"] : ["▼", "down", "moved down"];
  const places = Math.abs(moved);
  return html`<span class=${style} title=${`${places} ${word} from the server’s order`}>
    <span aria-hidden="true">${arrow}</span><span class="unseen">${word}</span> ${places}
  </span>`;
}

function skeleton() {
  return Array.from({ length: 8 }, () => html`<li class="film place blank" aria-hidden="true"></li>`);
}

const byId = (entry) => entry.id;

function kindName(kind) {
  return { neumf: "NeuMF", gmf: "GMF", mlp: "MLP" }[kind] ?? kind;
}

function milliseconds(time) {
  if (time < 0.1) return html`&lt; 0.1 <small>ms</small>`;
  return html`${time.toFixed(time < 10 ? 1 : 0)} <small>ms</small>`;
}

function megabytes(bytes) {
  return bytes ? html`${(bytes / 1e6).toFixed(1)} <small>MB</small>` : "–";
}
