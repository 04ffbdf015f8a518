import { html } from "/vendor/lit-html/lit-html.js";

/** Something went wrong: what, why, and a way out. */
export function trouble(what, why, retry) {
  return html`<div class="trouble" role="alert">
    <p><strong>${what}</strong> ${why}</p>
    <button type="button" class="button" @click=${retry}>Try again</button>
  </div>`;
}
