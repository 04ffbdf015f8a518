import { Choice } from "../../ui/choice.jsx";
import { Knob } from "../../ui/knob.jsx";
import { CHOICES, SEEDS } from "./settings.js";
import { learnTexts } from "./texts.js";

/** What can be set; each change begins anew. */
export function Knobs({ settings, change }) {
  const t = learnTexts();
  return (
    <section class="card knobs learn-knobs" aria-label={t.controls.settings}>
      <Choice
        label={t.controls.model}
        value={settings.model}
        options={CHOICES.model.map((value) => ({ value, label: t.models[value] }))}
        onChange={(value) => change("model", value)}
      />
      {["size", "rate", "decay", "noise"].map((name) => (
        <Setting key={name} name={name} value={settings[name]} change={change} />
      ))}
      <button
        type="button"
        class="button"
        onClick={() => change("seed", (settings.seed % SEEDS.max) + 1)}
      >
        {t.controls.world}
      </button>
    </section>
  );
}

/** A slider over the choices of a setting. */
function Setting({ name, value, change }) {
  const { controls } = learnTexts();
  return (
    <Knob
      label={controls[name]}
      min={0}
      max={CHOICES[name].length - 1}
      value={CHOICES[name].indexOf(value)}
      text={name === "noise" ? controls.stars(value) : String(value)}
      onChange={(index) => change(name, CHOICES[name][index])}
    />
  );
}
