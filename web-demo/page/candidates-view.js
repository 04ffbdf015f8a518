/** The choice of candidates, where they come from, and a failed list. */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { alertView } from "./alert.js";
import { BUDGET, EPSILON } from "./blurred-taste.js";
import { MODELS } from "./models.js";

const LISTS = [
  ["popular", "Popular", "The 500 films with the most ratings"],
  ["recent", "Recent", "Films since 2010"],
  ["classics", "Classics", "Films before 1970"],
];

const SYNTHETIC =
  "in the order of the server’s model for a synthetic user, who watched the 20 best known of them.";
const WANTED = "those first that suit most of the 500 films’ viewers, by the server’s model.";
const FOUND_HERE =
  "Found on this device among all films, from your ratings: no list is requested, nothing is sent.";

export function candidatesChooser(state, actions) {
  const { chosenModel, isHere } = state;
  const canBeHere = MODELS[chosenModel].hasFirstStage;
  return html`
    <div class="chooser" role="group" aria-labelledby="lists-title">
      <h3 id="lists-title">Candidates</h3>
      ${canBeHere ? places(state, actions) : nothing}
      ${canBeHere && isHere ? nothing : lists(state, actions)}
      <p class="hint" id="lists-what">${canBeHere && isHere ? FOUND_HERE : described(state)}</p>
      ${tasteAlert(state.tasteFailure)}
    </div>
  `;
}

function tasteAlert(text) {
  if (!text) return nothing;
  return html`<p class="hint" id="taste-failure" role="alert">${text}</p>`;
}

function places({ isHere, ranking }, actions) {
  const place = (value, label) =>
    html`<label class="pill">
      <input
        type="radio"
        name="place"
        class="unseen"
        value=${value ? "device" : "server"}
        .checked=${value === isHere}
        ?disabled=${!ranking?.isPipeline}
        @change=${() => actions.choosePlace(value)}
      />${label}</label
    >`;
  return html`<fieldset class="places">
    <legend class="unseen">Where candidates come from</legend>
    <div class="pills">${place(false, "From the server")}${place(true, "From this device")}</div>
  </fieldset>`;
}

function lists({ asked, catalogue, ratings }, actions) {
  const isGenre = catalogue.genres.includes(asked.list);
  const pill = (name, label) =>
    html`<button
      type="button"
      class="pill"
      aria-pressed=${name === asked.list}
      @click=${() => actions.choose({ list: name })}
    >
      ${label}
    </button>`;
  return html`<div class="pills">
    ${LISTS.map(([name, label]) => pill(name, label))}
    <select
      class=${isGenre ? "pill chosen" : "pill"}
      aria-label="Candidates of one genre"
      .value=${isGenre ? asked.list : ""}
      @change=${(event) => actions.choose({ list: event.target.value })}
    >
      <option value="" disabled>Genre …</option>
      ${catalogue.genres.map((genre) => html`<option value=${genre}>${genre}</option>`)}
    </select>
    <button
      type="button"
      class="pill"
      id="taste"
      aria-pressed=${asked.drawn !== undefined}
      title="Asks for a genre that this device draws: the nearest to your ratings is the likeliest"
      ?disabled=${ratings.size === 0}
      @click=${actions.drawTaste}
    >
      My taste, blurred
    </button>
    ${
      asked.near === undefined
        ? nothing
        : html`<button type="button" class="pill near" aria-pressed="true">
            ${nameOf(asked, catalogue)}
          </button>`
    }
  </div>`;
}

function described({ asked, catalogue, ratings }) {
  if (asked.drawn) {
    const percent = Math.round(100 * asked.drawn.truth);
    return html`This device drew ${asked.list} among ${asked.drawn.among} genres and requested it.
    It is the nearest to your ratings with a probability of ${percent}%, and else any other: the
    server cannot be sure. Privacy budget spent: epsilon ${ratings.ledger.spent.epsilon} of
    ${BUDGET.epsilon}, ${EPSILON} per draw.`;
  }
  if (asked.near !== undefined) {
    return html`The films that the server’s model finds for a user who watched just
    “${catalogue.get(asked.near)?.title}”. The request contained this film’s number, since you
    pressed its button.`;
  }
  const [, , what] = LISTS.find(([name]) => name === asked.list) ?? [];
  const order = asked.list === "popular" ? WANTED : SYNTHETIC;
  return `${what ?? `Only films of the genre ${asked.list}`}, ${order}`;
}

/** The list that did not arrive, and what is used instead. */
export function candidatesAlert({ listFailure, catalogue }, actions) {
  if (!listFailure) return nothing;
  const { asked, why, instead, last } = listFailure;
  const serves = {
    last: () => ` The last good list stays in use: “${nameOf(last, catalogue)}”.`,
    device: () => ` This device finds candidates instead, in its copy of the catalogue.`,
  };
  const what = `The list “${nameOf(asked, catalogue)}” did not arrive.`;
  return alertView(what, html`${why}${serves[instead]?.()}`, actions.retryList);
}

/** @param {import("./candidates.js").Asked} asked */
export function nameOf({ list, near }, catalogue) {
  if (near !== undefined) return `Around ${catalogue.get(near)?.title ?? near}`;
  return LISTS.find(([name]) => name === list)?.[1] ?? list;
}
