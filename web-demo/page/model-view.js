/** The choice of a model, and the state of the chosen one. */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { alertView } from "./alert.js";
import { megabytes, milliseconds } from "./format.js";
import { funnelView } from "./funnel-view.js";
import { MODELS } from "./models.js";

const VARIANTS = { relaxed: "relaxed SIMD", simd128: "SIMD" };

/** Screen readers get every explanation; only that of the chosen model is visible. */
export function modelChooser({ chosenModel }, actions) {
  return html`
    <fieldset class="models">
      <legend>Model</legend>
      <div class="pills">
        ${Object.entries(MODELS).map(
          ([name, { label }]) =>
            html`<label class="pill">
              <input
                type="radio"
                name="model"
                class="unseen"
                value=${name}
                aria-describedby=${`what-${name}`}
                .checked=${name === chosenModel}
                @change=${() => actions.chooseModel(name)}
              />${label}</label
            >`,
        )}
      </div>
      ${Object.entries(MODELS).map(
        ([name, { what }]) =>
          html`<p class="hint" id=${`what-${name}`} ?hidden=${name !== chosenModel}>${what}</p>`,
      )}
    </fieldset>
  `;
}

/** The progress of the download, its failure, or figures of the last ranking: all of one size. */
export function modelView(state, actions) {
  const { chosenModel, ranking, isOpening, modelFailure, progress, timing } = state;
  if (isOpening) return progressView(MODELS[chosenModel].label, progress);
  return html`
    ${modelFailure ? failureView(modelFailure, ranking, actions) : nothing}
    ${ranking?.isPipeline ? funnelView(state, actions) : nothing}
    ${ranking && !ranking.isPipeline ? figures(ranking, timing) : nothing}
  `;
}

function failureView({ name, why, isFirstStage }, ranking, actions) {
  const { label } = MODELS[name];
  const what = isFirstStage ? "The first stage did not arrive." : `${label} cannot be used.`;
  const instead =
    ranking &&
    (isFirstStage
      ? " The server’s lists are used."
      : ` ${MODELS[ranking.name].label} stays in use.`);
  return alertView(what, html`${why}${instead}`, actions.retryModel);
}

function figures({ name, model, bytes }, timing) {
  const { label, made } = MODELS[name];
  const [userTime, rankTime] = timing
    ? [milliseconds(timing.userTime), milliseconds(timing.rankTime)]
    : ["–", "–"];
  return html`
    <dl class="figures" id="timing">
      ${figure(made, userTime)} ${figure(`${timing ? timing.count : "Films"} ranked in`, rankTime)}
      ${figure("Model", html`${label} <small>${VARIANTS[model.simd] ?? model.simd}</small>`)}
      ${figure("Weights", megabytes(bytes))}
    </dl>
  `;
}

function figure(label, value) {
  return html`<div>
    <dt>${label}</dt>
    <dd>${value}</dd>
  </div>`;
}

function progressView(label, progress) {
  const { loaded = 0, total = 0 } = progress ?? {};
  return html`
    <div class="figures loading">
      <label for="progress">
        ${label} is loading: ${megabytes(loaded)}${total ? html` of ${megabytes(total)}` : nothing}
      </label>
      <progress id="progress" max=${total || 1} value=${total ? loaded : nothing}></progress>
    </div>
  `;
}
