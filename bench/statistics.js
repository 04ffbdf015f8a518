export function median(values) {
  const sorted = Float64Array.from(values).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Three significant digits: enough for what a shared machine can tell. */
export function digits(value) {
  if (value >= 1000) return value.toFixed(0);
  return value.toPrecision(3);
}
