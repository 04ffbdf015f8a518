// Item vectors to search, user vectors to search with, and a candidates file that holds the items.
import { readFile } from "#platform";
import { normal, uniform } from "../../tests/lib/random.js";
import { writeSafetensors } from "../../tests/lib/safetensors.js";

export const TOP = 100;
const CLUSTERS = 200;
const HISTORY = 20;
const TRAINED = "web-demo/models/candidates.safetensors";

/** Every value N(0, 1): the hardest case for an approximation. Trained vectors have structure. */
export function randomVectors(items, width, queries, seed = 1) {
  const next = normal(seed);
  const matrix = (rows) => ({
    shape: [rows, width],
    data: new Float32Array(rows * width).map(next),
  });
  return { table: matrix(items), queries: Array.from({ length: queries }, () => matrix(1).data) };
}

/** Items and users around random centres. Lengths of the items are log-normal, as popularity is. */
export function clusteredVectors(items, width, queries, seed = 1) {
  const next = normal(seed);
  const pick = uniform(seed + 1);
  const centres = new Float32Array(CLUSTERS * width).map(next);
  const near = () => {
    const start = Math.floor(pick() * CLUSTERS) * width;
    return Float32Array.from({ length: width }, (_, k) => 0.7 * (centres[start + k] + next()));
  };
  const data = new Float32Array(items * width);
  for (let item = 0; item < items; item++) {
    const length = Math.exp(0.4 * next());
    const vector = near().map((value) => length * value);
    data.set(vector, item * width);
  }
  return { table: { shape: [items, width], data }, queries: Array.from({ length: queries }, near) };
}

/** The demo's items, and users who watched 20 similar films; null if the file is missing. */
export async function trainedVectors(loadModel, queries, seed = 1) {
  const file = await readFile(TRAINED).catch(() => null);
  if (!file) return null;
  const model = await loadModel(file);
  const items = model.itemCount;
  const next = uniform(seed);
  const data = model.vectors(Uint32Array.from({ length: items }, (_, row) => row));
  const width = data.length / items;
  const randomUser = () => {
    const row = Math.floor(next() * items);
    const similar = model.user({ vector: data.subarray(row * width, (row + 1) * width) });
    const history = model.recommend(similar, { topK: HISTORY }).map(({ item }) => item);
    return { history, vector: Float32Array.from(model.user({ history }).vector) };
  };
  const users = Array.from({ length: queries }, randomUser);
  model.dispose();
  return {
    table: { shape: [items, width], data },
    queries: users.map(({ vector }) => vector),
    histories: users.map(({ history }) => history),
  };
}

/**
 * A file whose items are these tensors (`item.embedding` and its scale). Its tower is the smallest
 * that a file may have: users are made from vectors.
 */
export function candidatesFile(tensors) {
  const width = tensors["item.embedding"].shape[1];
  const tower = { "tower.0.weight": { shape: [width, 1], data: new Float32Array(width) } };
  const features = [{ name: "age", kind: "continuous", default: 0 }];
  const description = { format: 1, kind: "candidates", features, activation: "identity" };
  return writeSafetensors({ ...tensors, ...tower }, { pocketrec: JSON.stringify(description) });
}

/** The TOP best items by inner product in float64: { items, scores }, best first. */
export function exactBest({ shape: [items, width], data }, query) {
  const best = new BestHeap(TOP, Float64Array);
  for (let item = 0; item < items; item++) {
    let score = 0;
    for (let k = 0, at = item * width; k < width; k++) score += data[at + k] * query[k];
    best.offer(score, item);
  }
  return best.sorted();
}

/** The share of the exact result that a result contains. */
export function recall(found, exact) {
  const items = new Set(Array.from(found, Number));
  return exact.filter((item) => items.has(item)).length / exact.length;
}

/** A heap of the largest scores so far, the smallest of them on top. */
export class BestHeap {
  /** @param {Float32ArrayConstructor | Float64ArrayConstructor} Scores */
  constructor(size, Scores) {
    this.scores = new Scores(size).fill(-Infinity);
    this.rows = new Int32Array(size).fill(-1);
  }

  offer(score, row) {
    if (score > this.scores[0]) this.#replaceTop(score, row);
  }

  #replaceTop(score, row) {
    const { scores, rows } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= scores.length) break;
      if (child + 1 < scores.length && scores[child + 1] < scores[child]) child++;
      if (scores[child] >= score) break;
      scores[at] = scores[child];
      rows[at] = rows[child];
      at = child;
    }
    scores[at] = score;
    rows[at] = row;
  }

  sorted() {
    const order = Array.from(this.scores.keys()).sort((a, b) => this.scores[b] - this.scores[a]);
    const scores = order.map((i) => this.scores[i]);
    return { items: order.map((i) => this.rows[i]), scores: this.scores.constructor.from(scores) };
  }
}
