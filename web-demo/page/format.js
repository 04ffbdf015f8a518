import { html } from "/vendor/lit-html/lit-html.js";

/** Milliseconds with one digit below 10. */
export function milliseconds(time) {
  if (time < 0.1) return html`&lt; 0.1 <small>ms</small>`;
  return html`${time.toFixed(time < 10 ? 1 : 0)} <small>ms</small>`;
}

export function megabytes(bytes) {
  return bytes ? html`${(bytes / 1e6).toFixed(1)} <small>MB</small>` : "–";
}
