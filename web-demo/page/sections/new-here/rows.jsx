import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { HeatMap } from "../../ui/heat-map.jsx";

/**
 * The vector after each rating as a row: what it changed since the user without ratings. Rows of
 * ratings that are not given yet are empty.
 *
 * @param {object} props
 * @param {import("./steps.js").Step[]} props.steps
 * @param {import("../../state/visitor.js").Rating[]} props.given
 * @param {number} props.at
 * @param {number | null} props.column the number that is pointed at
 * @param {(column: number | null) => void} props.onColumn
 * @param {boolean} props.isLit the whole vector is pointed at in the formula
 * @param {Record<string, any>} props.t texts
 */
export function Rows({ steps, given, at, column, onColumn, isLit, t }) {
  const { vector } = steps[at];
  const width = vector.length;
  const changes = changesOf(steps, at);
  const point = (index) => onColumn(index === null ? null : index % width);
  const also = column === null ? undefined : columnOf(column, width, at);
  return (
    <div class={isLit ? "new-here-rows lit" : "new-here-rows"}>
      <p class="new-here-now-label">{t.vectorNow(width)}</p>
      <div class="new-here-now" data-norm={lengthOf(vector)}>
        <HeatMap
          values={vector}
          label={t.vectorAfter(at)}
          lit={column}
          onPoint={point}
          height="26px"
        />
      </div>
      {given.length > 0 && (
        <>
          <p class="new-here-now-label">{t.changed}</p>
          <ol class="new-here-labels" aria-hidden="true">
            {given.map(([id], n) => (
              <li key={id} class={n === at - 1 ? "now" : n >= at ? "later" : undefined}>
                {catalogue.value.get(id)?.title}
              </li>
            ))}
          </ol>
          <HeatMap
            values={changes}
            columns={width}
            scale={largestChange(steps)}
            label={t.changedAfter(at)}
            lit={column === null || at === 0 ? null : (at - 1) * width + column}
            also={also}
            onPoint={point}
            describe={(index) => formatNumber(changes[index], 3)}
            height={`${24 * given.length}px`}
          />
        </>
      )}
    </div>
  );
}

/** [ratings, width]: after each rating minus without any; NaN where none is given yet. */
function changesOf(steps, at) {
  const [{ vector: start }, ...rest] = steps;
  return rest.flatMap(({ vector }, n) =>
    Array.from(vector, (value, k) => (n < at ? value - start[k] : NaN)),
  );
}

/** Of all steps, so that colours mean the same at each. */
function largestChange(steps) {
  const start = steps[0].vector;
  return Math.max(...steps.flatMap(({ vector }) => largestOf(vector, start)));
}

const largestOf = (vector, start) =>
  vector.reduce((most, value, k) => Math.max(most, Math.abs(value - start[k])), 0);

/** The cells of a number in all rows so far. */
const columnOf = (column, width, at) =>
  new Set(Array.from({ length: at }, (_, n) => n * width + column));

const lengthOf = (vector) => Math.hypot(...vector).toFixed(4);
