/**
 * The index of the first value that is NaN or infinite, or -1.
 * @param {Float32Array | Float64Array} values
 */
export const indexOfNonFinite = (values) => values.findIndex((value) => !Number.isFinite(value));
