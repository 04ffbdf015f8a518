import { html } from "/vendor/lit-html/lit-html.js";

/** A failure: what, why, and a button to try again. */
export function alertView(what, why, retry) {
  return html`<div class="alert" role="alert">
    <p><strong>${what}</strong> ${why}</p>
    <button type="button" class="button" @click=${retry}>Try again</button>
  </div>`;
}

/**
 * An error as a sentence. Browsers report "Failed to fetch" without a connection, which is no help;
 * an error of the package states what it expected, and has a code to look up.
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
