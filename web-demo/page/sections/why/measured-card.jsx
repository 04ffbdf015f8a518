import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { Choice } from "../../ui/choice.jsx";
import { Plot } from "../../ui/plot.jsx";
import { WideTable } from "../../ui/wide-table.jsx";
import { LEAVE_ONE_OUT, NEW_USERS } from "./measured.js";
import { whyTexts } from "./texts.js";

const MEASURES = ["recall", "ndcg"];
const COLOURS = { baseline: "var(--soft)", linear: "var(--accent)", network: "var(--negative)" };
const short = (value) => formatNumber(value, 3);

/** The counterpoint: where a dot product or EASE is as good. */
export function MeasuredCard() {
  const t = whyTexts().measured;
  const [measure, setMeasure] = setting("measure", "recall", { among: MEASURES });
  const at = MEASURES.indexOf(measure);
  const rows = NEW_USERS.toSorted((a, b) => b.split[at] - a.split[at]);
  return (
    <section class="card why-measured" aria-labelledby="why-measured">
      <h2 id="why-measured">{t.title}</h2>
      <p>{t.summary}</p>
      <Choice
        label={t.measure}
        value={measure}
        options={MEASURES.map((name) => ({ value: name, label: t.measures[name] }))}
        onChange={setMeasure}
      />
      <div class="why-figures">
        <figure>
          <figcaption>
            {t.chart(t.measures[measure])}
            <Legend />
          </figcaption>
          <Plot
            label={t.inWords(t.measures[measure], rows[0].name, short(rows[0].split[at]))}
            height={rows.length * 24 + 64}
            options={(library) => bars(library, rows, at, t)}
          />
        </figure>
        <div>
          <NewUsers rows={rows} />
          <p class="hint">{t.users}</p>
          <LeaveOneOut />
          <p class="hint">{t.authors}</p>
        </div>
      </div>
    </section>
  );
}

function Legend() {
  const t = whyTexts().measured;
  return (
    <span class="why-legend">
      {Object.keys(COLOURS).map((kind) => (
        <span key={kind} class={kind}>
          {t.kinds[kind]}
        </span>
      ))}
    </span>
  );
}

/** Bars for the demo's split, a mark for the mean of the other four. */
function bars(library, rows, at, t) {
  const names = rows.map(({ name }) => name);
  const meant = rows.filter(({ mean }) => mean);
  return {
    marginLeft: 84,
    marginBottom: 44,
    x: { label: t.axis, labelOffset: 40, grid: true, ticks: 5 },
    y: { label: null, domain: names },
    marks: [
      library.barX(rows, {
        x: ({ split }) => split[at],
        y: "name",
        fill: ({ kind }) => COLOURS[kind],
        fillOpacity: 0.85,
        insetTop: 2,
        insetBottom: 2,
      }),
      library.tickX(meant, { x: ({ mean }) => mean[at], y: "name", stroke: "var(--ink)" }),
    ],
  };
}

function NewUsers({ rows }) {
  const t = whyTexts().measured;
  return (
    <>
      <h3>{t.newUsers}</h3>
      <WideTable label={t.newUsers}>
        <table>
          <Head columns={["Recall@20", "NDCG@100", t.meanOf("Recall@20"), t.meanOf("NDCG@100")]} />
          <tbody>
            {rows.map(({ name, kind, split, mean }) => (
              <tr key={name} data-row={name}>
                <th scope="row" class={`why-kind ${kind}`}>
                  {name}
                </th>
                {[...split, ...(mean ?? [undefined, undefined])].map((value, place) => (
                  <td key={place} class="number">
                    {value === undefined ? "–" : short(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </>
  );
}

function LeaveOneOut() {
  const t = whyTexts().measured;
  const published = (name) => t.published(name);
  return (
    <>
      <h3>{t.leaveOneOut}</h3>
      <WideTable label={t.leaveOneOut}>
        <table>
          <Head columns={["HR@10", "NDCG@10", published("HR@10"), published("NDCG@10")]} />
          <tbody>
            {LEAVE_ONE_OUT.map(({ name, kind, found, published: stated }) => (
              <tr key={name} data-row={name}>
                <th scope="row" class={`why-kind ${kind}`}>
                  {t.names[kind]}
                </th>
                {[...found, ...stated].map((value, place) => (
                  <td key={place} class="number">
                    {short(value)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </WideTable>
    </>
  );
}

function Head({ columns }) {
  return (
    <thead>
      <tr>
        <td />
        {columns.map((column) => (
          <th key={column} scope="col" class="number">
            {column}
          </th>
        ))}
      </tr>
    </thead>
  );
}
