import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { useResult } from "../../state/use-result.js";
import { FilmList } from "../../ui/film-list.jsx";
import { Formula } from "../../ui/formula.jsx";
import { largest } from "../../ui/heat-colours.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { Knob } from "../../ui/knob.jsx";
import { Card } from "./card.jsx";
import formula from "./node.tex";
import { runWithNode } from "./node.js";
import { SHOWN, itemsOf } from "./run.js";
import { sectionTexts } from "./texts.js";

const COLUMNS = 32;
const MOST = 4;

/**
 * CDAE's user node: what it adds to the code, and how the list changes with it.
 *
 * @param {{ history: import("./run.js").History }} props
 */
export function NodeCard({ history }) {
  const t = sectionTexts().node;
  return (
    <Card title={t.title} told={t.told} height={420}>
      <UserNode history={history} />
    </Card>
  );
}

function UserNode({ history }) {
  const t = sectionTexts().node;
  const [share, setShare] = setting("node", 1, { min: 0, max: MOST });
  const { value, error, isBusy } = useResult(
    () => runWithNode(history, share),
    [JSON.stringify(history), share],
  );
  const scale = value && largest(value.code);
  const usual = new Set(value ? itemsOf(value.usual) : []);
  return (
    <div class="autoencoders-tool" aria-busy={isBusy} data-node={share} data-kept={value?.kept}>
      <Formula mathml={formula} label={t.formula} />
      <Knob
        label={t.share}
        value={share}
        onChange={setShare}
        min={0}
        max={MOST}
        step={0.25}
        text={`${formatNumber(100 * share)}%`}
        ends={t.ends}
      />
      {error && <p role="alert">{error.message}</p>}
      {value && (
        <div class="cards">
          <div class="autoencoders-stack">
            <Numbers values={value.node} scale={scale} label={t.node} />
            <Numbers values={value.code} scale={scale} label={t.code} />
            <p class="hint">{t.scale}</p>
          </div>
          <div>
            <h3>
              {t.list} <span class="hint">{t.kept(value.kept, SHOWN)}</span>
            </h3>
            <FilmList
              list={value.list}
              label={t.list}
              marked={new Set(itemsOf(value.list).filter((item) => !usual.has(item)))}
              digits={2}
            />
          </div>
        </div>
      )}
    </div>
  );
}

function Numbers({ values, scale, label }) {
  return (
    <figure class="autoencoders-strip">
      <figcaption>{label}</figcaption>
      <HeatMap values={values} columns={COLUMNS} scale={scale} label={label} />
    </figure>
  );
}
