import { useMemo } from "preact/hooks";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { Knob } from "../../ui/knob.jsx";
import { WideTable } from "../../ui/wide-table.jsx";
import { learn, show } from "./odds.js";

const SHOWN = 10_000;
const VIDEOS = [
  { name: "bait", click: 30, minutes: 0.5, seed: 11 },
  { name: "good", click: 8, minutes: 12, seed: 23 },
];

/** Two invented videos, their impressions, and what two regressions learn of them. */
export function WatchTime({ t }) {
  const learned = VIDEOS.map((video) => useLearned(video));
  const leader = (measure) =>
    learned[0][measure] >= learned[1][measure] ? VIDEOS[0].name : VIDEOS[1].name;
  return (
    <section
      class="card two-stages-watch"
      data-clicks={leader("probability")}
      data-minutes={leader("odds")}
    >
      <h2>{t.watch.title}</h2>
      <p>{t.watch.how(formatNumber(SHOWN))}</p>
      <div class="two-stages-pair">
        {learned.map((video) => (
          <Video key={video.name} t={t} video={video} />
        ))}
      </div>
      <Learned t={t} learned={learned} leader={leader} />
      <p role="status">
        {t.watch.verdict(t.watch.names[leader("probability")], t.watch.names[leader("odds")])}
      </p>
    </section>
  );
}

function useLearned({ name, click: firstClick, minutes: firstMinutes, seed }) {
  const [click, setClick] = setting(`${name}-click`, firstClick, { min: 1, max: 60 });
  const [minutes, setMinutes] = setting(`${name}-minutes`, firstMinutes, { min: 0.1, max: 30 });
  const log = useMemo(
    () => show({ click: click / 100, minutes }, SHOWN, seed),
    [click, minutes, seed],
  );
  return { name, click, setClick, minutes, setMinutes, log, ...learn(log) };
}

function Video({ t, video }) {
  return (
    <div>
      <h3>{t.watch.names[video.name]}</h3>
      <Knob
        label={t.watch.click}
        value={video.click}
        min={1}
        max={60}
        text={`${formatNumber(video.click)}%`}
        onChange={video.setClick}
      />
      <Knob
        label={t.watch.minutes}
        value={video.minutes}
        min={0.5}
        max={30}
        step={0.5}
        text={t.watch.min(formatNumber(video.minutes, 1))}
        onChange={video.setMinutes}
      />
    </div>
  );
}

const MEASURES = [
  { name: "clicks", of: ({ log }) => log.clicks, digits: 0 },
  { name: "total", of: ({ log }) => log.minutes, digits: 0 },
  { name: "probability", of: ({ probability }) => probability, digits: 3, ranks: true },
  { name: "odds", of: ({ odds }) => odds, digits: 3, ranks: true },
  { name: "perImpression", of: ({ perImpression }) => perImpression, digits: 3 },
];

function Learned({ t, learned, leader }) {
  return (
    <WideTable label={t.watch.title}>
      <table>
        <thead>
          <tr>
            <td />
            {learned.map(({ name }) => (
              <th key={name} class="number">
                {t.watch.names[name]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {MEASURES.map(({ name, of, digits, ranks }) => (
            <tr key={name} data-measure={name}>
              <th scope="row">{t.watch.measures[name]}</th>
              {learned.map((video) => (
                <td
                  key={video.name}
                  data-video={video.name}
                  data-value={of(video)}
                  class={ranks && leader(name) === video.name ? "number first" : "number"}
                >
                  {ranks && leader(name) === video.name && `${t.watch.first} `}
                  {formatNumber(of(video), digits)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </WideTable>
  );
}
