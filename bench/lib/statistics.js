export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Three significant digits. */
export function digits(value) {
  if (value >= 1000) return value.toFixed(0);
  return value.toPrecision(3);
}

/** The largest absolute difference; NaN if any value is NaN. */
export function maxDifference(values, expected) {
  if (values.length !== expected.length)
    throw new Error(`${values.length} numbers instead of ${expected.length}`);
  return expected.reduce((max, value, i) => Math.max(max, Math.abs(values[i] - value)), 0);
}
