/** The search for films, their ratings, and the list of ratings. */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { repeat } from "/vendor/lit-html/directives/repeat.js";
import { filmName } from "./film.js";
import { MODELS } from "./models.js";
import { stars } from "./stars.js";

const NONE_YET = "None yet. Ratings are kept in this browser’s storage and nowhere else.";
const NOT_KEPT = "This browser stores nothing for this page: your ratings end with it.";
const FORGOTTEN =
  "Forgotten: your ratings, your user vector, and what this page stored in the browser.";

export function rateView({ query, found, ratings, chosenModel }, actions) {
  const searching = query.trim() !== "";
  const row = (film) => filmRow(film, stars(film, ratings.get(film.id), actions.rate));
  return html`
    <section class="card rate" aria-labelledby="rate-title">
      <h2 id="rate-title">Rate a few films</h2>
      <p class="hint">${MODELS[chosenModel].stars}</p>
      <label class="search">
        <span class="unseen">Search the films by title</span>
        <input
          id="search"
          type="search"
          placeholder="Search by title"
          autocomplete="off"
          spellcheck="false"
          .value=${query}
          @input=${(event) => actions.search(event.target.value)}
          @keydown=${(event) => event.key === "Escape" && actions.search("")}
        />
      </label>
      <div class="row-head">
        <h3>${searching ? "Found" : "Well known"}</h3>
        <button type="button" class="link" ?disabled=${searching} @click=${actions.otherStarters}>
          Show others
        </button>
      </div>
      ${
        found.length === 0
          ? html`<p class="empty found">
              No film of the catalogue has “${query.trim()}” in its title.
            </p>`
          : html`<ul class="films found" id="found" role="list" data-rows>
              ${repeat(found, byId, row)}
            </ul>`
      }
    </section>
  `;
}

export function ratingsView({ ratings, catalogue, forgotten }, actions) {
  const rated = ratings.entries().reverse();
  const remove = (film) =>
    html` <button
      type="button"
      class="remove"
      aria-label=${`Remove ${film.title}`}
      @click=${() => actions.remove(film.id)}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d="m5 5 10 10M15 5 5 15"></path></svg>
    </button>`;
  const row = ([id, given]) => {
    const film = catalogue.get(id);
    return filmRow(film, html`${stars(film, given, actions.rate)}${remove(film)}`);
  };
  return html`
    <section class="card" aria-labelledby="ratings-title">
      <div class="row-head">
        <h2 id="ratings-title">
          Your ratings <span class="count">${ratings.size || nothing}</span>
        </h2>
        <button
          type="button"
          class="link"
          id="forget"
          ?hidden=${ratings.size === 0}
          @click=${actions.forget}
        >
          Forget everything
        </button>
      </div>
      ${
        ratings.size === 0
          ? html`<p class="empty">${forgotten ? FORGOTTEN : NONE_YET}</p>`
          : html`${ratings.areKept ? nothing : html`<p class="hint" id="not-kept">${NOT_KEPT}</p>`}
              <ul class="films scroll" id="ratings" role="list" data-rows>
                ${repeat(rated, ([id]) => id, row)}
              </ul>`
      }
    </section>
  `;
}

function filmRow(film, controls) {
  return html`<li class="film" data-film=${film.id}>
    ${filmName(film)}
    <div class="controls">${controls}</div>
  </li>`;
}

const byId = (entry) => entry.id;
