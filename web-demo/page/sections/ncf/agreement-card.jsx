import { useMemo } from "preact/hooks";
import { setting } from "../../state/address.js";
import { catalogue } from "../../models/films.js";
import { Choice } from "../../ui/choice.jsx";
import { Plot } from "../../ui/plot.jsx";
import { WideTable } from "../../ui/wide-table.jsx";
import { places, shared } from "./rankings.js";
import { ncfTexts } from "./texts.js";

const COUNTS = [10, 20];

/**
 * How far the rankings agree for the visitor: shared films of the first ones, and ranks against
 * ranks.
 *
 * @param {{ joined: any }} props of useJoined
 */
export function AgreementCard({ joined: { people, list, film, alpha } }) {
  const t = ncfTexts().agreement;
  const [count, setCount] = setting("first", 10, { among: COUNTS });
  const rankings = {
    gmf: people.gmf.list,
    mlp: people.mlp.list,
    joined: list,
    trained: people.neumf.list,
  };
  // The chart has nothing of alpha: it is not drawn again while the knob moves.
  const ranks = useMemo(
    () => <Ranks gmf={people.gmf.list} mlp={people.mlp.list} count={count} film={film} />,
    [people, count, film],
  );
  return (
    <section class="card" aria-labelledby="ncf-agreement-title">
      <h2 id="ncf-agreement-title">{t.title}</h2>
      <Choice
        label={t.count}
        value={String(count)}
        options={COUNTS.map((value) => ({ value: String(value), label: t.first(value) }))}
        onChange={(value) => setCount(Number(value))}
      />
      <div class="ncf-agreement">
        <SharedTable rankings={rankings} count={count} alpha={alpha} />
        {ranks}
      </div>
    </section>
  );
}

function SharedTable({ rankings, count, alpha }) {
  const t = ncfTexts().agreement;
  const names = Object.keys(rankings);
  return (
    <WideTable label={t.shared(count)}>
      <table>
        <caption>{t.shared(count)}</caption>
        <thead>
          <tr>
            <td />
            {names.map((name) => (
              <th key={name} scope="col" class="number">
                {t.names[name](alpha)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {names.map((one) => (
            <tr key={one}>
              <th scope="row">{t.names[one](alpha)}</th>
              {names.map((other) => (
                <td key={other} class="number" data-shared={`${one}-${other}`}>
                  {one === other ? "–" : shared(rankings[one], rankings[other], count)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}

function Ranks({ gmf, mlp, count, film }) {
  const t = ncfTexts().agreement;
  const points = places(gmf, mlp, count).map((point) => ({
    ...point,
    title: catalogue.value.get(point.item)?.title ?? String(point.item),
    isChosen: point.item === film,
  }));
  const most = Math.max(...points.map(({ x, y }) => Math.max(x, y)));
  const axis = (label) => ({ type: "log", domain: [1, most], label, grid: true, ticks: 4 });
  return (
    <figure>
      <figcaption>{t.ranks(count)}</figcaption>
      <Plot
        label={t.ranksInWords(count, shared(gmf, mlp, count))}
        height={300}
        options={(library) => ({
          marginBottom: 44,
          x: { ...axis(t.gmfRank), labelOffset: 40, tickFormat: "~s" },
          y: { ...axis(t.mlpRank), tickFormat: "~s", reverse: true },
          marks: [
            library.line(
              [
                [1, 1],
                [most, most],
              ],
              { stroke: "var(--line)" },
            ),
            library.dot(points, {
              x: "x",
              y: "y",
              r: 5,
              fill: (point) => (point.isChosen ? "var(--negative)" : "var(--accent)"),
              fillOpacity: 0.75,
              title: (point) => `${point.title}: GMF ${point.x}, MLP ${point.y}`,
              tip: true,
            }),
          ],
        })}
      />
    </figure>
  );
}
