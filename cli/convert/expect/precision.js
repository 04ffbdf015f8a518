/**
 * How exact the scores of --expect are: as they were printed, and as float32 computes them.
 *
 * @typedef {import("./lines.js").ExpectedLine} ExpectedLine
 *
 * @typedef {object} Precision
 * @property {number} spread of the scores; of a single one its size
 * @property {number} size of the largest score
 * @property {number[]} rounding by line: the most that printing moved the score
 * @property {number[]} allowed by line: how far a right model may be from it
 * @property {number} digits significant ones of the most exact line
 */

/** How far a score may be from the framework's, relative to max(1, |score|). */
export const TOLERANCE = 1e-4;

/** Sums of float32 are about so far from those of float64, relative to the largest score. */
const FLOAT = 1e-6;

/** A score is not half of a last digit away, but the comparison rounds too. */
const HALF = 0.505;

/** The least that float32 computes, relative to the largest score. */
const EPSILON = 1e-7;

/** How far logits may be. */
const LOGIT = 1e-3;

/**
 * @param {ExpectedLine[]} lines
 * @returns {Precision}
 */
export function precisionOf(lines) {
  const scores = lines.map(({ score }) => score);
  const size = scores.reduce((most, score) => Math.max(most, Math.abs(score)), 0);
  const range = scores.reduce((a, b) => Math.max(a, b)) - scores.reduce((a, b) => Math.min(a, b));
  const spread = lines.length === 1 ? size : range;
  const printed = lines.map(({ text }) => printedDigits(text));
  const decimals = Math.max(...printed.map((one) => one.decimals));
  const digits = Math.max(...printed.map((one) => one.digits));
  const rounding = scores.map((score, k) => {
    // "0.5" among "0.123456789" was not printed with one digit: zeros at the end are left out.
    const last = Math.floor(Math.log10(Math.abs(score) || 1)) + 1 - digits;
    const unit = score === 0 ? 10 ** -decimals : 10 ** Math.max(last, -decimals);
    return HALF * Math.min(unit, 10 ** -printed[k].decimals);
  });
  const floor = Math.max(FLOAT * size, TOLERANCE * spread);
  const allowed = scores.map((score, k) =>
    Math.min(TOLERANCE * Math.max(1, Math.abs(score)), floor + rounding[k]),
  );
  return { spread, size, rounding, allowed, digits };
}

/**
 * How far the score of a line may be. A probability near 0 or 1 is held to its logit: beside 0.9
 * any of 1e-5 would fit.
 *
 * @param {number} score
 * @param {number} k of the line
 * @param {Precision} precision
 * @param {boolean} isProbability
 */
export function allowedAt(score, k, { allowed, rounding }, isProbability) {
  if (!isProbability || score < 0 || score > 1) return allowed[k];
  return Math.min(allowed[k], rounding[k] + LOGIT * score * (1 - score) + EPSILON * score);
}

/**
 * The chance that lines fit a model by accident, in powers of ten: each score cuts it to the part
 * of the spread that is allowed. Equal scores count once, and those at the end of a scale not.
 *
 * @param {ExpectedLine[]} lines
 * @param {Precision} precision
 */
export function accidentOf(lines, { spread, allowed }) {
  const parts = new Map(lines.map(({ score }, k) => [score, (2 * allowed[k]) / spread]));
  for (const end of [0, 1]) parts.delete(end);
  return [...parts.values()].reduce((sum, part) => sum + Math.min(0, Math.log10(part)), 0);
}

/**
 * The decimals and the significant digits of a printed number: of "1.20e-3" 5 and 3.
 * @param {string} text
 */
function printedDigits(text) {
  const [mantissa, exponent = "0"] = text.toLowerCase().replace(",", ".").split("e");
  const fraction = mantissa.split(".")[1] ?? "";
  const digits = mantissa.replace(/\D/g, "").replace(/^0+/, "");
  return { decimals: fraction.length - Number(exponent), digits: digits.length };
}

/**
 * What of the differences printing does not explain.
 *
 * @param {number[]} errors by line
 * @param {Precision} precision
 */
export const beyondRounding = (errors, { rounding }) =>
  errors.reduce((most, error, k) => Math.max(most, error - rounding[k]), 0);

/** Another model is excluded where it is so many times further away. */
const FACTOR = 20;

/**
 * Whether a rival is as near to the lines as what is nearest, as far as they tell.
 *
 * @param {number[]} errors of the rival, by line
 * @param {number} nearest beyond rounding
 * @param {Precision} precision
 */
export function isAsNear(errors, nearest, { rounding, size }) {
  const limit = FACTOR * Math.max(nearest, EPSILON * size);
  return errors.every((error, k) => error <= 4 * rounding[k] + limit);
}

/** Half of the last binary digit, relative: float16 has 11, bfloat16 8. */
const HALVES = [
  { digits: 11, least: 2 ** -25 },
  { digits: 8, least: 0 },
];

/**
 * How far scores that half precision holds may be from those of float32; undefined: it does not
 * hold them.
 *
 * @param {ExpectedLine[]} lines
 * @returns {number[] | undefined} by line
 */
export function halfPrecisionOf(lines) {
  const { rounding } = precisionOf(lines);
  for (const { digits, least } of HALVES) {
    const units = lines.map(({ score }) =>
      Math.max(2 ** (Math.floor(Math.log2(Math.abs(score) || 1)) + 1 - digits), 2 * least),
    );
    const isHeld = lines.every(({ score }, k) => {
      const nearest = Math.round(score / units[k]) * units[k];
      return Math.abs(nearest - score) <= rounding[k] + 1e-9 * Math.abs(score);
    });
    // Each layer rounds as well.
    if (isHeld) return units.map((unit) => 8 * unit);
  }
  return undefined;
}
