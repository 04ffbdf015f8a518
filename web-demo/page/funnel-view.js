/** The funnel: how many films each stage let through, where it works, and how long it took; and how the last one arranges. */
import { html, nothing, svg } from "/vendor/lit-html/lit-html.js";
import { milliseconds } from "./model-view.js";
import { CAPS, MOST_VARIETY, WITHIN } from "./rerank.js";

const WIDTH = 100;
const HEIGHT = 48;

export function funnelView(state, actions) {
  const { funnel, timing } = state;
  const stages = funnel ? stagesOf(state) : [];
  if (stages.length === 0) return nothing;
  const widths = stages.map(({ count }) => widthOf(count, funnel.catalogue));
  return html`
    <div class="funnel" id="funnel">
      <ol role="list" aria-label="From the catalogue to your list">
        ${stages.map((stage, place) => row(stage, widths[place], widths[place + 1] ?? widths[place]))}
      </ol>
      ${timing ? arrangement(state, actions) : nothing}
    </div>
  `;
}

/** Stages that wait for the first rating have no count yet. */
function stagesOf({ funnel, timing, isHere, ratings }) {
  const { catalogue, candidates, ranked, shown, risen, times } = funnel;
  const rated = candidates - ranked;
  const waits = { note: "after your first rating" };
  return [
    { name: "Catalogue", count: catalogue, note: isHere ? "this device’s copy" : "on the server" },
    {
      name: "Candidates",
      count: candidates,
      note: isHere ? "found here, from your ratings" : "the server’s, the same for everybody",
      time: times.retrieve,
    },
    timing
      ? { name: "Ranked", count: ranked, note: `here, for you${rated > 0 ? `; without ${rated} you rated` : ""}`, time: times.rank }
      : { name: "Ranked", ...waits },
    timing
      ? { name: "Re-ranked", count: shown, note: risen === 0 ? "here; the ranker’s first" : `here; ${risen} came up from below`, time: times.rerank }
      : { name: "Re-ranked", ...waits },
  ];
}

function row({ name, count, note, time }, above, below) {
  return html`<li>
    ${silhouette(above, below)}
    <span class="stage"><b>${name}</b> <small>${note}</small></span>
    <span class="amount">${count === undefined ? "–" : count.toLocaleString("en")} <small class="unseen">films</small></span>
    <span class="time">${time === undefined ? nothing : milliseconds(time)}</span>
  </li>`;
}

/** By the logarithm: 20 of 3,650 films would not be seen otherwise. */
function widthOf(count, catalogue) {
  return count === undefined ? 0 : (WIDTH * Math.log1p(count)) / Math.log1p(catalogue);
}

function silhouette(above, below) {
  const [left, right] = [(WIDTH - above) / 2, (WIDTH + above) / 2];
  const [lowLeft, lowRight] = [(WIDTH - below) / 2, (WIDTH + below) / 2];
  const points = `${left},0 ${right},0 ${lowRight},${HEIGHT} ${lowLeft},${HEIGHT}`;
  return html`<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">
    ${svg`<polygon points=${points}></polygon>`}
  </svg>`;
}

function arrangement({ wishes }, actions) {
  const { variety, most } = wishes;
  const spoken = variety === 0 ? "none: as ranked" : `${variety} of ${MOST_VARIETY}`;
  return html`<div class="wishes">
    <label class="wish">
      <span>Variety</span>
      <input
        type="range"
        id="variety"
        min="0"
        max=${MOST_VARIETY}
        step="1"
        .value=${String(variety)}
        aria-valuetext=${spoken}
        @input=${(event) => actions.wish({ variety: Number(event.target.value) })}
      />
      <output for="variety">${variety === 0 ? "none" : `${variety} of ${MOST_VARIETY}`}</output>
    </label>
    <label class="wish">
      <span>Of a genre, in the first ${WITHIN}</span>
      <select
        id="cap"
        class="pill"
        @change=${(event) => actions.wish({ most: Number(event.target.value) })}
      >
        ${CAPS.map((cap) => html`<option value=${String(cap)} ?selected=${cap === most}>${cap === Infinity ? "any number" : `${cap} at most`}</option>`)}
      </select>
    </label>
  </div>`;
}
