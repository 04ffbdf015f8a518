import { sectionTexts, titleOf } from "./texts.js";

const USERS = 7;
const YOU = 4;
const COLUMNS = 10;
const CELL = 24;
const [LEFT, TOP] = [58, 30];

/**
 * The matrix of ratings, users by films, with the vector that goes into the network lit: the row of
 * the user, or the column of the film. The page has no ratings of other users: their dots only say
 * that there are some.
 *
 * @param {object} props
 * @param {"row" | "column"} props.lit
 * @param {import("./run.js").History} props.history
 * @param {number} props.item the film whose score is asked for
 * @param {string} props.score
 */
export function RatingMatrix({ lit, history, item, score }) {
  const t = sectionTexts().autorec;
  const given = history.slice(-(COLUMNS - 2));
  const asked = COLUMNS - 1;
  const width = LEFT + COLUMNS * CELL + 4;
  const height = TOP + USERS * CELL + 4;
  const x = (column) => LEFT + column * CELL;
  const y = (row) => TOP + row * CELL;
  return (
    <svg
      class="autoencoders-matrix"
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={t.matrix(lit, titleOf(item), score)}
    >
      <text x={x(0)} y={18}>
        {t.films} →
      </text>
      <text x={x(asked) + CELL} y={18} text-anchor="end" class="strong">
        {t.asked}
      </text>
      {Array.from({ length: USERS }, (_, row) => (
        <g key={row}>
          <text x={LEFT - 8} y={y(row) + 16} text-anchor="end" class={row === YOU ? "strong" : ""}>
            {row === YOU ? t.you : row === 0 ? t.users : ""}
          </text>
          {Array.from({ length: COLUMNS }, (__, column) => (
            <g key={column}>
              <rect class="cell" x={x(column)} y={y(row)} width={CELL - 2} height={CELL - 2} />
              {row !== YOU && isRated(row, column) && (
                <circle class="dot" cx={x(column) + 11} cy={y(row) + 11} r={3} />
              )}
            </g>
          ))}
        </g>
      ))}
      {given.map(({ item: film, rating }, column) => (
        <text key={film} class="rating" x={x(column) + 11} y={y(YOU) + 16} text-anchor="middle">
          {rating}
        </text>
      ))}
      {lit === "row" ? (
        <rect
          class="frame"
          x={x(0) - 2}
          y={y(YOU) - 2}
          width={COLUMNS * CELL + 2}
          height={CELL + 2}
        />
      ) : (
        <rect
          class="frame"
          x={x(asked) - 2}
          y={y(0) - 2}
          width={CELL + 2}
          height={USERS * CELL + 2}
        />
      )}
      <text class="asked" x={x(asked) + 11} y={y(YOU) + 16} text-anchor="middle">
        ?
      </text>
    </svg>
  );
}

/** A fixed pattern of other users' ratings, more of them for the first films. */
const isRated = (row, column) => (row * 7 + column * 5 + row * column) % 9 < 5 - column / 4;
