import { formatNumber } from "../../state/language.js";
import { HeatMap } from "../../ui/heat-map.jsx";
import { sumOf } from "./network.js";
import { ncfTexts } from "./texts.js";

/**
 * A vector with its name, as one strip of a network.
 *
 * @param {{ name: string, place: string, isLit?: boolean } &
 *   Omit<Parameters<typeof HeatMap>[0], "label">} props
 */
export function HeatRow({ name, place, isLit = false, ...heat }) {
  return (
    <div class={isLit ? "ncf-row lit" : "ncf-row"} data-place={place}>
      <span>{name}</span>
      <HeatMap label={name} {...heat} />
    </div>
  );
}

/** The sum of a network's terms, its bias, and both: the logit. */
export function Logit({ of: { terms, bias, logit } }) {
  const t = ncfTexts().network;
  const [sum, own, all] = [sumOf(terms), bias, logit].map((value) => formatNumber(value, 2));
  return <p class="ncf-numbers">{t.logit(sum, own, all)}</p>;
}
