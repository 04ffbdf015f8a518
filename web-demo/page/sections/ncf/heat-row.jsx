import { formatNumber } from "../../state/language.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { sumOf } from "./network.js";
import { ncfTexts } from "./texts.js";

const LINE = 14; // pixels: strips of 16 and of 32 cells are of one height

/**
 * A vector with its name, as one strip of a network.
 *
 * @param {{ name: string, place: string, isLit?: boolean } &
 *   Omit<Parameters<typeof HeatMap>[0], "label">} props
 */
export function HeatRow({ name, place, isLit = false, ...heat }) {
  const lines = Math.ceil(heat.values.length / (heat.columns ?? heat.values.length));
  return (
    <div class={isLit ? "ncf-row lit" : "ncf-row"} data-place={place}>
      <span>{name}</span>
      <HeatMap label={name} height={`${lines * LINE}px`} {...heat} />
    </div>
  );
}

/** The sum of a network's terms, its bias, and both: the logit. */
export function Logit({ of: { terms, bias, logit } }) {
  const t = ncfTexts().network;
  const [sum, own, all] = [sumOf(terms), bias, logit].map((value) => formatNumber(value, 2));
  return <p class="ncf-numbers">{t.logit(sum, own, all)}</p>;
}
