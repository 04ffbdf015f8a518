import { HeatMap } from "../../ui/heat-map.jsx";

/**
 * A layer of numbers with its name and size. What is pointed at is one `{ layer, index }` for all
 * layers of a tower, so that each shows what it has to do with it.
 *
 * @param {object} props
 * @param {string} props.name
 * @param {ArrayLike<number>} props.values
 * @param {number} [props.columns]
 * @param {number | null} props.lit
 * @param {ReadonlySet<number>} [props.also]
 * @param {(index: number | null) => void} props.onPoint
 * @param {(index: number) => void} [props.onPick]
 * @param {(index: number) => string} props.describe
 * @param {string} [props.height]
 */
export function HeatRow({ name, values, ...rest }) {
  return (
    <div class="two-stages-layer">
      <span class="name">{name}</span>
      <HeatMap values={values} label={name} {...rest} />
    </div>
  );
}
