import { learnTexts } from "./texts.js";

/** The shapes of the hidden genres: names of Plot's symbols, and the same as characters. */
export const SYMBOLS = ["circle", "square2", "triangle", "diamond2"];
const CHARACTERS = "●■▲◆";

/** The key of the hidden genres. */
export function Genres() {
  const { genres } = learnTexts();
  return (
    <ul class="learn-key">
      {genres.map((name, genre) => (
        <li key={name}>
          <span style={{ color: `var(--learn-genre-${genre})` }} aria-hidden="true">
            {CHARACTERS[genre]}
          </span>{" "}
          {name}
        </li>
      ))}
    </ul>
  );
}
