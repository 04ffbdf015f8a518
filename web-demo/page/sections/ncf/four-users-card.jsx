import { useState } from "preact/hooks";
import { setting } from "../../state/address.js";
import { formatNumber } from "../../state/language.js";
import { Choice } from "../../ui/choice.jsx";
import { HeatMap } from "../../ui/heat-map.jsx";
import { Circle } from "./circle.jsx";
import {
  INTERACTIONS,
  PAIRS,
  START,
  bestAngle,
  checks,
  fitted,
  jaccard,
  onCircle,
  productOf,
} from "./four-users.js";
import { ncfTexts } from "./texts.js";

const DIMENSIONS = [2, 3, 4];

/** The paper's four users, whose similarities two numbers a user cannot rank. */
export function FourUsersCard() {
  const t = ncfTexts().four;
  const [angle, setAngle] = setting("angle", START, { min: 0, max: 359 });
  const [dimension, setDimension] = setting("numbers", 2, { among: DIMENSIONS });
  const [lit, setLit] = useState(null);
  const vectors = dimension === 2 ? onCircle(angle) : fitted(dimension);
  const product = productOf(vectors);
  return (
    <section class="card ncf-four" aria-labelledby="ncf-four-title">
      <h2 id="ncf-four-title">{t.title}</h2>
      <p class="hint">{t.hint}</p>
      <div class="ncf-four-tool">
        <Interactions lit={lit} />
        {dimension === 2 ? (
          <Circle angle={angle} onAngle={setAngle} label={t.drag} lit={lit} />
        ) : (
          <Vectors vectors={vectors} />
        )}
        <div>
          <Similarities product={product} onPoint={setLit} />
          <Checks found={checks(product)} />
        </div>
      </div>
      <div class="knobs">
        <Choice
          label={t.numbers}
          value={String(dimension)}
          options={DIMENSIONS.map((value) => ({ value: String(value), label: String(value) }))}
          onChange={(value) => setDimension(Number(value))}
        />
        {dimension === 2 && (
          <div class="ncf-buttons">
            <button type="button" class="button" onClick={() => setAngle(START)}>
              {t.reset}
            </button>
            <button type="button" class="button" onClick={() => setAngle(bestAngle().angle)}>
              {t.best}
            </button>
          </div>
        )}
      </div>
      <p>{t.after[dimension]}</p>
    </section>
  );
}

function Interactions({ lit }) {
  const t = ncfTexts().four;
  return (
    <table class="ncf-interactions">
      <caption>{t.interactions}</caption>
      <thead>
        <tr>
          <td />
          {INTERACTIONS[0].map((_, item) => (
            <th key={item} scope="col">
              i{item + 1}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {INTERACTIONS.map((row, user) => (
          <tr key={user} class={lit?.includes(user) ? "lit" : undefined}>
            <th scope="row">u{user + 1}</th>
            {row.map((value, item) => (
              <td key={item} class={value ? "on" : undefined}>
                {value}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Vectors({ vectors }) {
  const t = ncfTexts().four;
  return (
    <div class="ncf-vectors">
      {vectors.map((vector, user) => (
        <div key={user}>
          <span>u{user + 1}</span>
          <HeatMap values={vector} scale={1} label={t.vector(user + 1, vector.map(short))} />
        </div>
      ))}
    </div>
  );
}

const short = (value) => formatNumber(value, 2);

function Similarities({ product, onPoint }) {
  const t = ncfTexts().four;
  return (
    <table class="ncf-similarities" onPointerLeave={() => onPoint(null)}>
      <thead>
        <tr>
          <th scope="col">{t.pair}</th>
          <th scope="col" class="number">
            {t.shared}
          </th>
          <th scope="col" class="number">
            {t.product}
          </th>
        </tr>
      </thead>
      <tbody>
        {PAIRS.map(([one, other]) => (
          <tr key={`${one}${other}`} onPointerEnter={() => onPoint([one, other])}>
            <th scope="row">
              u{one + 1}, u{other + 1}
            </th>
            <td class="number">{short(jaccard(one, other))}</td>
            <td class="number" data-product={`${one + 1}${other + 1}`}>
              {short(product(one, other))}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Checks({ found }) {
  const t = ncfTexts().four;
  return (
    <div role="status">
      <ul class="ncf-checks">
        {Object.entries(found).map(([name, holds]) => (
          <li key={name} data-check={name} data-holds={holds} class={holds ? undefined : "broken"}>
            <span aria-hidden="true">{holds ? "✓" : "✗"}</span> {t.checks[name]}
            <span class="unseen">{holds ? t.holds : t.broken}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
