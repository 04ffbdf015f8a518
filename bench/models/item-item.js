// EASE as it is served: the 100 strongest weights of each of 20,000 items, a history of 165.
import { normal, sampleRows, uniform } from "../../tests/lib/random.js";
import { writeSafetensors } from "../../tests/lib/safetensors.js";

export const ITEMS = 20000;
export const STRONGEST = 100;
const HISTORY = 165;

/** Columns of each row increase; a row has no weight of its own item. */
export function randomItemItem() {
  const pick = uniform(1);
  const next = normal(2);
  const columns = new Int32Array(ITEMS * STRONGEST);
  for (let row = 0; row < ITEMS; row++) {
    const chosen = new Set();
    while (chosen.size < STRONGEST) {
      const column = Math.floor(pick() * ITEMS);
      if (column !== row) chosen.add(column);
    }
    columns.set(Int32Array.from(chosen).sort(), row * STRONGEST);
  }
  return {
    columns,
    values: new Float32Array(columns.length).map(() => 0.1 * next()),
    history: sampleRows(HISTORY, ITEMS, 7),
  };
}

export function itemItemFile({ columns, values }) {
  const offsets = Int32Array.from({ length: ITEMS + 1 }, (_, row) => row * STRONGEST);
  const tensors = {
    "weight.offsets": { shape: [ITEMS + 1], data: offsets, dtype: "I32" },
    "weight.columns": { shape: [columns.length], data: columns, dtype: "I32" },
    "weight.values": { shape: [values.length], data: values },
  };
  return writeSafetensors(tensors, {
    pocketrec: JSON.stringify({ format: 1, kind: "item-item" }),
  });
}

/** Raw scores of some rows in float64. */
export function referenceScores({ columns, values, history }, itemRows) {
  const scores = new Float64Array(ITEMS);
  for (const row of history) {
    for (let k = row * STRONGEST; k < (row + 1) * STRONGEST; k++) scores[columns[k]] += values[k];
  }
  return Float64Array.from(itemRows, (item) => scores[item]);
}
