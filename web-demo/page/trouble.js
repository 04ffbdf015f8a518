import { html } from "/vendor/lit-html/lit-html.js";

/** Something went wrong: what, why, and a way out. */
export function trouble(what, why, retry) {
  return html`<div class="trouble" role="alert">
    <p><strong>${what}</strong> ${why}</p>
    <button type="button" class="button" @click=${retry}>Try again</button>
  </div>`;
}

/**
 * An error in words. Browsers say "Failed to fetch" where there is no connection, which helps
 * nobody; the package's own errors say what they expected, and have a code to look up.
 *
 * @param {any} error
 */
export function readable(error) {
  if (error.code === "timeout") return "The server takes too long to answer.";
  if (error.code === "network") return "The server cannot be reached.";
  if (error.name === "PocketrecError")
    return html`${error.message} <span class="code">(${error.code})</span>`;
  if (error.name === "TimeoutError") return "The server takes too long to answer.";
  if (error instanceof TypeError) return "The server cannot be reached.";
  if (error instanceof SyntaxError) return "What the server sent cannot be read.";
  return error.message;
}
