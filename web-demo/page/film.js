import { html } from "/vendor/lit-html/lit-html.js";

/** A film as every list shows it. */
export function filmName({ title, year, genres }) {
  return html`<div class="name">
    <span class="title">${title}</span>
    <span class="facts">${[year, genres.slice(0, 3).join(", ")].filter(Boolean).join(" · ")}</span>
  </div>`;
}
