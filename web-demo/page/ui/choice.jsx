import { useId } from "preact/hooks";

/**
 * One of a few, as pills: radio buttons.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 * @param {{ value: string, label: string, title?: string }[]} props.options
 * @param {(value: string) => void} props.onChange
 * @param {boolean} [props.isQuiet] the label is for screen readers only
 */
export function Choice({ label, value, options, onChange, isQuiet = false }) {
  const name = useId();
  return (
    <fieldset class="choice">
      <legend class={isQuiet ? "unseen" : undefined}>{label}</legend>
      <div class="pills">
        {options.map((option) => (
          <label class="pill" key={option.value} title={option.title}>
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
