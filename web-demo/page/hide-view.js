/**
 * An experiment with the visitor's ratings: the noise that denoising autoencoders are trained on.
 */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { MODELS } from "./models.js";

const ENOUGH = 4; // ratings

export function hideView({ ratings, timing, ranking, hidden }, actions) {
  if (!timing || ranking.isPipeline || ratings.size < ENOUGH) return nothing;
  return html`
    <section class="card" id="hiding" aria-labelledby="hiding-title">
      <h2 id="hiding-title">With half of your ratings</h2>
      <p class="hint">
        Denoising autoencoders are trained on histories with films left out at random. Hide some of
        yours, each with a probability of one half, and see how much of the list stays, with each
        model.
      </p>
      ${hidden ? outcome(hidden, MODELS[ranking.name].label) : nothing}
      <button type="button" class="button" @click=${actions.hide}>
        ${hidden ? "Hide others" : "Hide half"}
      </button>
    </section>
  `;
}

function outcome({ count, of, same, shown }, label) {
  return html`
    <dl class="totals" aria-live="polite">
      <div>
        <dt>Hidden ratings</dt>
        <dd>${count} <small>of ${of}</small></dd>
      </div>
      <div>
        <dt>${label}’s first films that stay</dt>
        <dd>${same} <small>of ${shown}</small></dd>
      </div>
    </dl>
  `;
}
