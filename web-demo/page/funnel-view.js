/**
 * The funnel: how many films pass each stage, where it runs, and how long it took; and the controls
 * of re-ranking.
 */
import { html, nothing, svg } from "/vendor/lit-html/lit-html.js";
import { milliseconds } from "./format.js";
import { CAPS, CAP_TOP, MAX_NOVELTY, MAX_VARIETY } from "./rerank.js";

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
        ${stages.map((stage, at) => row(stage, widths[at], widths[at + 1] ?? widths[at]))}
      </ol>
      ${arrangement(state, actions)}
    </div>
  `;
}

/** Each stage with its count of films. The stages that need a first rating have no count before. */
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

/** Where the candidates cannot keep the cap, films over it fill the list. */
function arranged(risen, { ranked, wishes: { maxPerGenre }, asked, isHere }) {
  const genres = ranked.slice(0, CAP_TOP).flatMap(({ film }) => film.genres);
  const count = (genre) => genres.filter((other) => other === genre).length;
  const isOver = genres.some(
    (genre) => (isHere || genre !== asked.list) && count(genre) > maxPerGenre,
  );
  const came = risen > 0 ? `${risen} came up from below` : "the ranker’s first";
  return isOver ? `${came}; too few others for ${maxPerGenre} at most` : came;
}

function sourceOf({ isHere, asked, listFailure }) {
  if (isHere) return "found here, from your ratings";
  if (listFailure?.instead === "last") return "the server’s last good list";
  return asked.near === undefined
    ? "the server’s, the same for every visitor"
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

/** Logarithmic: 20 of 3,650 films would be invisible otherwise. */
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
  const slider = (id, label, max) => wishSlider(id, label, max, wishes[id], !timing, actions);
  return html`<div class="wishes">
    ${slider("variety", "Variety", MAX_VARIETY)}
    ${slider("novelty", "Less known films", MAX_NOVELTY)}
    <label class="wish">
      <span>Of a genre, in the first ${CAP_TOP}</span>
      <select
        id="cap"
        class="pill"
        ?disabled=${!timing}
        @change=${(event) => actions.wish({ maxPerGenre: Number(event.target.value) })}
      >
        ${CAPS.map(
          (cap) =>
            html`<option value=${String(cap)} ?selected=${cap === wishes.maxPerGenre}>
              ${cap === Infinity ? "any number" : `${cap} at most`}
            </option>`,
        )}
      </select>
    </label>
  </div>`;
}

function wishSlider(id, label, max, value, isDisabled, actions) {
  const shown = `${value} of ${max}`;
  return html`<label class="wish">
    <span>${label}</span>
    <input
      type="range"
      id=${id}
      min="0"
      max=${max}
      step="1"
      .value=${String(value)}
      ?disabled=${isDisabled}
      aria-valuetext=${value === 0 ? "none: as ranked" : shown}
      @input=${(event) => actions.wish({ [id]: Number(event.target.value) })}
    />
    <output for=${id}>${value === 0 ? "none" : shown}</output>
  </label>`;
}
