import { useEffect, useState } from "preact/hooks";
import { catalogue } from "../../models/films.js";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { describe } from "../../ranking/user-input.js";
import { Knob } from "../../ui/knob.jsx";
import { Plot } from "../../ui/plot.jsx";
import { cellIndex, cellsFor } from "./inverted-file.js";
import { runStages } from "./pipeline.js";

const CELLS = 64;
const BEST = 100;

/** The exact scan beside a search of a few cells: what is missed, and what it saves. */
export function Approximate({ t, ratings, words, run, models, files }) {
  const [probes, setProbes] = setting("probes", 2, { min: 1, max: CELLS, isWhole: true });
  const cells = useCells(files.finder);
  const index = cells && indexOf(files.finder, cells, probes);
  const inputs = [JSON.stringify([ratings, words]), cells];
  const { value: all } = useResult(
    async () => cells && searchAll({ models, files, ratings, words, cells }),
    inputs,
  );
  const { value: other } = useResult(
    async (signal) =>
      index &&
      runStages(
        models,
        { ratings, words, count: run.lists.candidates.length, genresOf, index },
        signal,
      ),
    [...inputs, probes, run],
  );
  return (
    <section class="card">
      <h2>{t.near.title}</h2>
      <p>{t.near.how(CELLS)}</p>
      <Knob
        label={t.near.probes}
        value={probes}
        min={1}
        max={CELLS}
        text={t.near.of(formatNumber(probes), CELLS)}
        onChange={setProbes}
      />
      {!all && <p class="loading">{t.near.building(CELLS)}</p>}
      {all && (
        <div class="two-stages-near">
          <Exact t={t} all={all} probes={probes} />
          <div>
            <Figures t={t} all={all} probes={probes} run={run} other={other} />
            <Curve t={t} all={all} probes={probes} />
          </div>
        </div>
      )}
    </section>
  );
}

const genresOf = (id) => catalogue.value.get(id)?.genres ?? [];

const indexOf = (file, cells, probes) =>
  cellIndex(cells, file.tensors.get("item.embedding").values, file.items, probes);

/** The cells of all films, from a worker that ends afterwards; the same for every visitor. */
function useCells(file) {
  const [cells, setCells] = useState(null);
  useEffect(() => {
    const { values, shape } = file.tensors.get("item.embedding");
    const worker = new Worker(new URL("./inverted-file-worker.js", import.meta.url), {
      type: "module",
    });
    worker.onmessage = ({ data }) => (setCells(data), worker.terminate());
    worker.postMessage({ vectors: values, width: shape[1], options: { cells: CELLS } });
    return () => worker.terminate();
  }, [file]);
  return cells;
}

/** The exact best, and at which number of cells each of them is found. */
async function searchAll({ models: { finder }, files, ratings, words, cells }) {
  const { history, features } = describe(ratings);
  const user = await finder.user({ history, features: { count: features.count, searched: words } });
  const exact = await finder.recommend(user, { topK: BEST, exclude: await user.items });
  const order = cellsFor(cells, await user.vector);
  const turnOf = new Map(
    order.flatMap((cell, turn) => [...cells.cells[cell]].map((row) => [row, turn + 1])),
  );
  let looked = 0;
  const shares = order.map(
    (cell) => (looked += cells.cells[cell].length) / files.finder.items.length,
  );
  return {
    best: exact.map(({ item }) => ({ item, turn: turnOf.get(files.finder.rowOf(item)) })),
    shares, // of the vectors that are looked at, by the number of cells
  };
}

const recallOf = ({ best }, probes, count) =>
  best.slice(0, count).filter(({ turn }) => turn <= probes).length / Math.min(count, best.length);

/** The exact best 100: those in the cells that were looked into are filled. */
function Exact({ t, all, probes }) {
  const [lit, setLit] = useState(null);
  const titleOf = (item) => catalogue.value.get(item).title;
  const missed = all.best.filter(({ turn }) => turn > probes);
  return (
    <div>
      <h3>{t.near.best(all.best.length)}</h3>
      <ol class="two-stages-best" aria-label={t.near.best(all.best.length)}>
        {all.best.map(({ item, turn }, place) => (
          <li
            key={item}
            class={turn <= probes ? "found" : "missed"}
            title={t.near.film(place + 1, titleOf(item), turn)}
            onPointerEnter={() => setLit(place)}
          >
            <span class="unseen">{t.near.film(place + 1, titleOf(item), turn)}</span>
          </li>
        ))}
      </ol>
      <p class="hint two-stages-lit">
        {lit === null
          ? t.near.point
          : t.near.film(lit + 1, titleOf(all.best[lit].item), all.best[lit].turn)}
      </p>
      <p data-missed={missed.length}>
        <strong>{t.near.missed(missed.length)}</strong>{" "}
        {missed
          .slice(0, 5)
          .map(({ item }) => titleOf(item))
          .join(" · ")}
        {missed.length > 5 && " …"}
      </p>
    </div>
  );
}

function Figures({ t, all, probes, run, other }) {
  const shown = new Set(other?.lists.shown.map(({ item }) => item));
  const same = run.lists.shown.filter(({ item }) => shown.has(item)).length;
  const figures = [
    ["recall10", formatNumber(recallOf(all, probes, 10), 2)],
    ["recall100", formatNumber(recallOf(all, probes, BEST), 2)],
    ["looked", `${formatNumber(100 * all.shares[probes - 1], 1)}%`],
    ["left", other ? formatNumber(other.lists.candidates.length) : "…"],
    ["same", other ? t.near.sameOf(same, run.lists.shown.length) : "…"],
  ];
  return (
    <dl class="two-stages-figures">
      {figures.map(([name, text]) => (
        <div key={name} data-figure={name}>
          <dt>{t.near.figures[name]}</dt>
          <dd>{text}</dd>
        </div>
      ))}
    </dl>
  );
}

function Curve({ t, all, probes }) {
  const points = all.shares.map((share, k) => ({ share, recall: recallOf(all, k + 1, BEST) }));
  const here = points[probes - 1];
  return (
    <Plot
      label={t.near.curve(formatNumber(here.recall, 2), formatNumber(100 * here.share, 1))}
      height={210}
      options={(Plot) => ({
        marginBottom: 42,
        x: {
          label: t.near.share,
          labelAnchor: "center",
          type: "log",
          domain: [1, 100],
          percent: true,
          ticks: [1, 2, 5, 10, 20, 50, 100],
        },
        y: { label: t.near.recall, domain: [0, 1], grid: true },
        marks: [
          Plot.line(points, {
            x: "share",
            y: "recall",
            stroke: "var(--accent)",
            curve: "step-after",
          }),
          Plot.dot([here], { x: "share", y: "recall", r: 6, fill: "var(--accent)" }),
        ],
      })}
    />
  );
}
