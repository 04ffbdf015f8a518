import { html } from "/vendor/lit-html/lit-html.js";

const STARS = [1, 2, 3, 4, 5];
const SHAPE = "M10 1.6l2.6 5.3 5.8.85-4.2 4.1 1 5.8L10 14.9l-5.2 2.75 1-5.8-4.2-4.1 5.8-.85z";

/**
 * One to five stars for a film. They are one stop of the Tab key: arrows move between stars, Enter,
 * Space or a digit rates. (Radio buttons would rate at every arrow.)
 *
 * @param {{ id: number, title: string }} film
 * @param {number | undefined} given
 * @param {(id: number, stars: number) => void} rate
 */
export function stars(film, given, rate) {
  const star = (count) =>
    html` <button
      type="button"
      class=${given >= count ? "star lit" : "star"}
      tabindex=${count === (given ?? 1) ? 0 : -1}
      aria-label=${`${film.title}: ${count} ${count === 1 ? "star" : "stars"}`}
      aria-pressed=${given === count}
      @click=${() => rate(film.id, count)}
    >
      <svg viewBox="0 0 20 20" aria-hidden="true"><path d=${SHAPE}></path></svg>
    </button>`;

  return html` <div
    class="stars"
    role="group"
    aria-label=${`Rate ${film.title}`}
    @keydown=${(event) => onKey(event, film, rate)}
  >
    ${STARS.map(star)}
  </div>`;
}

function onKey(event, film, rate) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (STARS.includes(Number(event.key))) return rate(film.id, Number(event.key));
  const buttons = [...event.currentTarget.querySelectorAll("button")];
  const here = buttons.indexOf(document.activeElement);
  const there = {
    ArrowRight: here + 1,
    ArrowUp: here + 1,
    ArrowLeft: here - 1,
    ArrowDown: here - 1,
    Home: 0,
    End: buttons.length - 1,
  }[event.key];
  if (there === undefined) return;
  event.preventDefault();
  buttons[Math.max(0, Math.min(there, buttons.length - 1))].focus();
}
