import { html, nothing } from "/vendor/lit-html/lit-html.js";

/**
 * Bars are relative to the best film, since all scores of a list may be low. Only a probability has
 * a number. The bar is drawn with attributes, since the page's policy forbids inline styles.
 */
export function scoreBar(score, best, isProbability) {
  if (score === null) return html`<span class="score none">new to the model</span>`;
  return html`<span class="score">
    <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
      <rect class="track" width="100" height="6"></rect>
      <rect
        class="value"
        width=${Math.max(best > 0 ? (score / best) * 100 : 0, 1)}
        height="6"
      ></rect>
    </svg>
    ${isProbability ? percent(score) : nothing}
  </span>`;
}

function percent(score) {
  return html`<span class="percent">${percentage(score)}<small>%</small></span>`;
}

/** Two digits where they are significant. */
function percentage(score) {
  const percent = score * 100;
  if (percent < 0.1) return "< 0.1";
  return percent.toFixed(percent < 9.95 ? 1 : 0);
}

export function movement(moved) {
  if (moved === 0)
    return html`<span class="moved" title="at its position in the candidates">=</span>`;
  const [arrow, word, style] = moved > 0 ? ["▲", "up", "moved up"] : ["▼", "down", "moved down"];
  const places = Math.abs(moved);
  return html`<span class=${style} title=${`${places} ${word} from the order of the candidates`}>
    <span aria-hidden="true">${arrow}</span><span class="unseen">${word}</span> ${places}
  </span>`;
}
