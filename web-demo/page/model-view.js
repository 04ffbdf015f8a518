/** The choice of a model, and what the chosen one is doing. */
import { html, nothing } from "/vendor/lit-html/lit-html.js";
import { funnelView } from "./funnel-view.js";
import { MODELS } from "./models.js";
import { trouble } from "./trouble.js";

const VARIANTS = { relaxed: "relaxed SIMD", simd128: "SIMD" };

/** Every model's explanation is there for a screen reader; the chosen one's is seen. */
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

/**
 * The weights on their way, or what went wrong with them, or what the model just did: all three are
 * one size.
 */
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
    (isFirstStage ? " The server’s lists go on." : ` ${MODELS[ranking.name].label} goes on.`);
  return trouble(what, html`${why}${instead}`, actions.retryModel);
}

function figures({ name, model, bytes }, timing) {
  const { label, made } = MODELS[name];
  return html`
    <dl class="figures" id="timing">
      ${figure(made, timing ? milliseconds(timing.userTime) : "–")}
      ${figure(`${timing ? timing.count : "Films"} ranked in`, timing ? milliseconds(timing.rankTime) : "–")}
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
        ${label} is on its way:
        ${megabytes(loaded)}${total ? html` of ${megabytes(total)}` : nothing}
      </label>
      <progress id="progress" max=${total || 1} value=${total ? loaded : nothing}></progress>
    </div>
  `;
}

export function milliseconds(time) {
  if (time < 0.1) return html`&lt; 0.1 <small>ms</small>`;
  return html`${time.toFixed(time < 10 ? 1 : 0)} <small>ms</small>`;
}

function megabytes(bytes) {
  return bytes ? html`${(bytes / 1e6).toFixed(1)} <small>MB</small>` : "–";
}
