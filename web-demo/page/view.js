/**
 * The page as a function of its state. No view knows where the state comes from.
 */
import { html } from "/vendor/lit-html/lit-html.js";
import { alertView } from "./alert.js";
import { hideView } from "./hide-view.js";
import { rankedView } from "./ranked-view.js";
import { rateView, ratingsView } from "./rate-view.js";
import { requestsView } from "./requests-view.js";

export function page(state, actions) {
  return html`
    <div class="desk">
      <div class="side">
        ${rateView(state, actions)} ${ratingsView(state, actions)} ${hideView(state, actions)}
        <a class="jump" href="#ranked" ?hidden=${state.ratings.size === 0}>See your list</a>
      </div>
      ${rankedView(state, actions)} ${requestsView(state)}
    </div>
    <p class="unseen" role="status">${state.announcement}</p>
  `;
}

/** The catalogue failed to load: there is nothing to rate. */
export function failure(message, retry) {
  return alertView("The films did not arrive.", message, retry);
}
