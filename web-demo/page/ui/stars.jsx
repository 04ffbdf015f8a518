import { textsOf } from "../state/language.js";

const STARS = [1, 2, 3, 4, 5];
const TEXTS = {
  en: {
    stars: (title, count) => `${title}: ${count} ${count === 1 ? "star" : "stars"}`,
    rate: (title) => `Rate ${title}`,
  },
  ko: {
    stars: (title, count) => `${title}: 별 ${count}개`,
    rate: (title) => `${title} 평가`,
  },
};
const SHAPE = "M10 1.6l2.6 5.3 5.8.85-4.2 4.1 1 5.8L10 14.9l-5.2 2.75 1-5.8-4.2-4.1 5.8-.85z";

/**
 * One to five stars for a film. They are one stop of the Tab key: arrows move between stars, Enter,
 * Space or a digit rates. (Radio buttons would rate at every arrow.)
 *
 * @param {object} props
 * @param {{ id: number, title: string }} props.film
 * @param {number | undefined} props.given
 * @param {(id: number, stars: number) => void} props.onRate
 */
export function Stars({ film, given, onRate }) {
  const t = textsOf(TEXTS);
  return (
    <div
      class="stars"
      role="group"
      aria-label={t.rate(film.title)}
      onKeyDown={(event) => onKey(event, film, onRate)}
    >
      {STARS.map((count) => (
        <button
          key={count}
          type="button"
          class={given >= count ? "star lit" : "star"}
          tabIndex={count === (given ?? 1) ? 0 : -1}
          aria-label={t.stars(film.title, count)}
          aria-pressed={given === count}
          onClick={() => onRate(film.id, count)}
        >
          <svg viewBox="0 0 20 20" aria-hidden="true">
            <path d={SHAPE} />
          </svg>
        </button>
      ))}
    </div>
  );
}

function onKey(event, film, onRate) {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (STARS.includes(Number(event.key))) return onRate(film.id, Number(event.key));
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
