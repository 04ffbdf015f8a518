/**
 * The funnel: how many films each stage let through, where it works, and how long it took; and how
 * the last one arranges.
 */
import { html, nothing, svg } from "/vendor/lit-html/lit-html.js";
import { milliseconds } from "./model-view.js";
import { CAPS, MOST_VARIETY, WITHIN } from "./rerank.js";

const WIDTH = 100;
const HEIGHT = 48;

export function funnelView(state, actions) {
  const { funnel } = state;
  if (!funnel) return nothing;
  const stages = stagesOf(state);
  const widths = stages.map(({ count }) => widthOf(count, funnel.catalogue));
  return html`
    <div class="funnel" id="funnel">
      <ol role="list" aria-label="From the catalogue to your list">
        ${stages.map((stage, place) => row(stage, widths[place], widths[place + 1] ?? widths[place]))}
      </ol>
      ${arrangement(state, actions)}
    </div>
  `;
}

/**
 * Each stage with how many films it let through. What waits for the first rating has no count yet.
 */
function stagesOf(state) {
  const { funnel, timing, isHere } = state;
  const { catalogue, candidates, ranked, shown, risen, times } = funnel;
  const without = candidates > ranked ? `; without ${candidates - ranked} you rated` : "";
  const stages = [
    { name: "Catalogue", count: catalogue, note: isHere ? "this device’s copy" : "on the server" },
    { name: "Candidates", count: candidates, note: sourceOf(state), time: times.retrieve },
    { name: "Ranked", count: ranked, note: `here, for you${without}`, time: times.rank },
    {
      name: "Re-ranked",
      count: shown,
      note: `here; ${arranged(risen, state)}`,
      time: times.rerank,
    },
  ];
  const waits = ({ name }) => ({ name, note: "after your first rating" });
  return timing ? stages : stages.map((stage, place) => (place < 2 ? stage : waits(stage)));
}

/** A cap that the candidates cannot keep is not kept: the list goes on with what is left. */
function arranged(risen, { ranked, wishes: { most }, asked, isHere }) {
  const genres = ranked.slice(0, WITHIN).flatMap(({ film }) => film.genres);
  const isOver = [...new Set(genres)].some(
    (genre) =>
      (isHere || genre !== asked.list) && genres.filter((other) => other === genre).length > most,
  );
  const came = risen > 0 ? `${risen} came up from below` : "the ranker’s first";
  return isOver ? `${came}; too few others for ${most} at most` : came;
}

function sourceOf({ isHere, asked, listFailure }) {
  if (isHere) return "found here, from your ratings";
  if (listFailure?.instead === "last") return "the server’s last good list";
  return asked.near === undefined
    ? "the server’s, the same for everybody"
    : "the server’s, around one film";
}

function row({ name, count, note, time }, above, below) {
  return html`<li>
    ${silhouette(above, below)}
    <span class="stage"><b>${name}</b> <small>${note}</small></span>
    <span class="amount"
      >${count === undefined ? "–" : count.toLocaleString("en")}
      <small class="unseen">films</small></span
    >
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

function arrangement({ wishes, timing }, actions) {
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
        ?disabled=${!timing}
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
        ?disabled=${!timing}
        @change=${(event) => actions.wish({ most: Number(event.target.value) })}
      >
        ${CAPS.map(
          (cap) =>
            html`<option value=${String(cap)} ?selected=${cap === most}>
              ${cap === Infinity ? "any number" : `${cap} at most`}
            </option>`,
        )}
      </select>
    </label>
  </div>`;
}
