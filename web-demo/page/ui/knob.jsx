import { useId } from "preact/hooks";

/**
 * A slider with its value.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {number} props.value
 * @param {(value: number) => void} props.onChange called while it is dragged
 * @param {number} props.min
 * @param {number} props.max
 * @param {number} [props.step]
 * @param {string} [props.text] the value as shown; default the number
 * @param {[left: string, right: string]} [props.ends] words for the ends
 */
export function Knob({ label, value, onChange, min, max, step = 1, text, ends }) {
  const id = useId();
  return (
    <div class="knob">
      <label for={id}>
        {label} <output for={id}>{text ?? value}</output>
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        aria-valuetext={text}
        onInput={(event) => onChange(Number(event.currentTarget.value))}
      />
      {ends && (
        <div class="ends" aria-hidden="true">
          <span>{ends[0]}</span>
          <span>{ends[1]}</span>
        </div>
      )}
    </div>
  );
}
