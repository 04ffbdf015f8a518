import { formatNumber } from "../../state/language.js";

/** A factor with about three digits. @param {number} factor */
export const formatFactor = (factor) =>
  factor < 1e9 ? formatNumber(factor, factor < 100 ? 1 : 0) : factor.toExponential(1);
