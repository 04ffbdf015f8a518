/** The lowest test error of a curve, and its epoch. */
export const bestOf = (curve) =>
  curve.reduce((best, errors) => (errors.test < best.test ? errors : best));
