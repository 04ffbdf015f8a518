import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { Knob } from "../../ui/knob.jsx";
import { Plot } from "../../ui/plot.jsx";
import { DAYS, watchesAt, withAge, withoutAge } from "./fresh.js";

const VIDEOS = [1, 3, 10, 25]; // days since the upload, at serving

/** The miniature of figure 4 of the paper, and what the demo's own model has. */
export function ExampleAge({ t, files }) {
  const [age, setAge] = setting("age", 0, { min: 0, max: DAYS, isWhole: true });
  return (
    <section class="card">
      <h2>{t.age.title}</h2>
      <p>{t.age.how(DAYS)}</p>
      <div class="two-stages-age">
        <div>
          <Knob
            label={t.age.knob}
            value={age}
            min={0}
            max={DAYS}
            text={t.age.days(age)}
            onChange={setAge}
          />
          <Curves t={t} age={age} />
        </div>
        <div>
          <Orders t={t} age={age} />
          <p class="hint">{t.age.own(ownFeatures(files.finder))}</p>
        </div>
      </div>
    </section>
  );
}

const ownFeatures = ({ info }) => info.features.map(({ name }) => name).join(", ");

function Curves({ t, age }) {
  const days = Array.from({ length: 4 * DAYS + 1 }, (_, k) => k / 4);
  const curves = { truth: watchesAt, without: withoutAge, with: (day) => withAge(day, age) };
  const points = Object.entries(curves).flatMap(([name, of]) =>
    days.map((day) => ({ day, watches: of(day), name: t.age.lines[name] })),
  );
  const names = Object.keys(curves).map((name) => t.age.lines[name]);
  return (
    <Plot
      label={t.age.curves(age)}
      height={230}
      options={(Plot) => ({
        marginBottom: 42,
        x: { label: t.age.since, labelAnchor: "center" },
        y: { label: t.age.watches, grid: true },
        color: {
          domain: names,
          range: ["var(--star-empty)", "var(--negative)", "var(--positive)"],
          legend: true,
        },
        marks: [
          Plot.ruleY([0], { stroke: "var(--line)" }),
          Plot.line(points, {
            x: "day",
            y: "watches",
            stroke: "name",
            strokeWidth: (point) => (point.name === t.age.lines.truth ? 5 : 2),
            z: "name",
          }),
        ],
      })}
    />
  );
}

/** Four videos in the order of each model. */
function Orders({ t, age }) {
  const order = (of) => VIDEOS.toSorted((a, b) => of(b) - of(a));
  const columns = { without: withoutAge, with: (day) => withAge(day, age) };
  return (
    <div class="two-stages-pair">
      {Object.entries(columns).map(([name, of]) => (
        <div key={name}>
          <h3>{t.age.lines[name]}</h3>
          <ol class="film-list" data-order={name}>
            {order(of).map((day) => (
              <li key={day} data-days={day}>
                {t.age.video(day)} <span class="score">{formatNumber(of(day), 1)}</span>
              </li>
            ))}
          </ol>
        </div>
      ))}
    </div>
  );
}
