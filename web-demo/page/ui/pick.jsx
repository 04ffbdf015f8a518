import { useId } from "preact/hooks";

/**
 * One of many, as a menu.
 *
 * @param {object} props
 * @param {string} props.label
 * @param {string} props.value
 * @param {{ label?: string, options: { value: string, label: string }[] }[]} props.groups a group
 *   without a label stands alone
 * @param {(value: string) => void} props.onChange
 */
export function Pick({ label, value, groups, onChange }) {
  const id = useId();
  const option = ({ value: own, label }) => (
    <option key={own} value={own} selected={own === value}>
      {label}
    </option>
  );
  return (
    <div class="pick">
      <label for={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {groups.map(({ label, options }) =>
          label ? (
            <optgroup key={label} label={label}>
              {options.map(option)}
            </optgroup>
          ) : (
            options.map(option)
          ),
        )}
      </select>
    </div>
  );
}
