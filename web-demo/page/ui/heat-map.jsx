import { useEffect, useRef } from "preact/hooks";
import { formatNumber } from "../state/language.js";
import { scheme } from "../state/theme.js";
import { paint } from "./heat-colours.js";

/**
 * Numbers as colours: zero is the ground, one hue for each sign, stronger for larger values.
 *
 * Pointing at a cell, or the arrow keys while it has the focus, calls `onPoint`. Without `onPoint`
 * it is a picture.
 *
 * @param {object} props
 * @param {ArrayLike<number>} props.values row-major
 * @param {number} [props.columns] default: all values in one row
 * @param {number} [props.scale] the value of the strongest colour; default: the largest magnitude
 * @param {string} props.label what it shows, for screen readers
 * @param {number | null} [props.lit] the index that is marked
 * @param {ReadonlySet<number>} [props.also] further indices that are marked
 * @param {(index: number | null) => void} [props.onPoint]
 * @param {(index: number) => void} [props.onPick] a cell is pressed
 * @param {(index: number) => string} [props.describe] a cell in words; default its value
 * @param {string} [props.height] CSS height of the whole; default from the cells
 */
export function HeatMap(props) {
  const { values, columns = values.length, label, lit = null, onPoint, onPick } = props;
  const rows = Math.max(1, Math.ceil(values.length / columns));
  const canvas = useRef(null);
  useEffect(() => paint(canvas.current, { ...props, columns, rows }));

  const at = (event) => {
    const box = event.currentTarget.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left) / box.width) * columns);
    const row = Math.floor(((event.clientY - box.top) / box.height) * rows);
    const index = row * columns + column;
    return column >= 0 && column < columns && index >= 0 && index < values.length ? index : null;
  };
  const onKeyDown = (event) => {
    if (event.key === "Enter" && lit !== null) return onPick?.(lit);
    const step = STEPS(columns)[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = lit === null ? 0 : lit + step;
    onPoint(Math.max(0, Math.min(values.length - 1, next)));
  };
  const describe = props.describe ?? ((index) => formatNumber(values[index], 3));
  const interactive = onPoint && {
    tabIndex: 0,
    onPointerMove: (event) => onPoint(at(event)),
    onPointerLeave: () => onPoint(null),
    onClick: (event) => at(event) !== null && onPick?.(at(event)),
    onKeyDown,
    onBlur: () => onPoint(null),
  };
  const told = lit === null || !onPoint ? label : `${label}. ${describe(lit)}`;
  return (
    <canvas
      class="heat"
      ref={canvas}
      role="img"
      aria-label={told}
      data-cells={values.length}
      data-scheme={scheme.value} // drawn again when it changes
      style={{ aspectRatio: props.height ? "auto" : `${columns} / ${rows}`, height: props.height }}
      {...interactive}
    />
  );
}

const STEPS = (columns) => ({
  ArrowRight: 1,
  ArrowLeft: -1,
  ArrowDown: columns,
  ArrowUp: -columns,
});
