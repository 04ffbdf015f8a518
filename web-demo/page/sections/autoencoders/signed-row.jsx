import { formatNumber } from "../../state/language.js";

/**
 * One number with its name and a bar: a button where it leads somewhere.
 *
 * @param {object} props
 * @param {import("preact").ComponentChildren} props.name
 * @param {number} props.value
 * @param {number} props.scale the value of the longest bar
 * @param {number} [props.digits]
 * @param {string} [props.text] the value as shown; default the number
 * @param {boolean} [props.isLit]
 * @param {() => void} [props.onPoint]
 * @param {() => void} [props.onPick]
 * @param {Record<string, string | number>} [props.data] data attributes
 */
export function SignedRow(props) {
  const { name, value, scale, digits = 2, isLit = false, onPoint, onPick, data = {} } = props;
  const Part = onPick ? "button" : "div";
  const share = scale > 0 ? Math.min(1, Math.abs(value) / scale) : 0;
  return (
    <Part
      class={`autoencoders-row${isLit ? " lit" : ""}`}
      type={onPick && "button"}
      onPointerEnter={onPoint}
      onFocus={onPoint}
      onClick={onPick}
      data-value={value}
      {...Object.fromEntries(Object.entries(data).map(([key, held]) => [`data-${key}`, held]))}
    >
      <span class="name">{name}</span>
      <span class="bar" aria-hidden="true">
        <span
          class={value < 0 ? "negative" : "positive"}
          style={{ width: `${(100 * share).toFixed(1)}%` }}
        />
      </span>
      <span class="value">{props.text ?? formatNumber(value, digits)}</span>
    </Part>
  );
}

/**
 * A number behind a sign, in a formula: in brackets if it is negative.
 * @param {number} value
 * @param {number} [digits]
 */
export const addend = (value, digits = 3) => {
  const text = formatNumber(value, digits);
  return text.startsWith("-") ? `(${text})` : text;
};
