import { catalogue } from "../../models/films.js";
import { formatNumber } from "../../state/language.js";
import { HeatRow } from "./heat-row.jsx";

const DRAWN = 12; // films; more would push the tower off the screen
const LINE = 20; // px

/** The embeddings of the watched films: a row each. Their mean is what the tower sees. */
export function History({ t, tower, watched, point, setPoint, setPicked, lights }) {
  const [{ vectors, values }] = tower.groups;
  const films = watched.slice(-DRAWN);
  const rows = vectors.slice(-DRAWN);
  const width = values.length;
  const at = (index) => ({ layer: 0, index: index % width, row: Math.floor(index / width) });
  const also = new Set(
    [...(lights[0] ?? [])]
      .filter((index) => index < width)
      .flatMap((index) => rows.map((_, row) => row * width + index)),
  );
  const titleOf = (row) => catalogue.value.get(films[row]).title;
  return (
    <>
      <p class="name">{t.inside.history(watched.length, width)}</p>
      {rows.length === 0 && <p class="hint">{t.inside.nothingWatched}</p>}
      {rows.length > 0 && (
        <div class="two-stages-history">
          <ol>
            {films.map((id, row) => (
              <li key={id} class={point?.row === row ? "lit" : undefined} title={titleOf(row)}>
                {titleOf(row)}
              </li>
            ))}
          </ol>
          <HeatRow
            name={t.inside.embeddings}
            values={rows.flat()}
            columns={width}
            lit={point?.row === undefined ? null : point.row * width + point.index}
            also={also}
            onPoint={(index) => setPoint(index === null ? null : at(index))}
            onPick={(index) => setPicked({ layer: 0, index: at(index).index })}
            describe={(index) =>
              t.inside.cell(
                titleOf(at(index).row),
                at(index).index + 1,
                formatNumber(rows[at(index).row][at(index).index], 3),
              )
            }
            height={`${LINE * rows.length}px`}
          />
        </div>
      )}
      {watched.length > DRAWN && <p class="hint">{t.inside.more(watched.length - DRAWN)}</p>}
    </>
  );
}
