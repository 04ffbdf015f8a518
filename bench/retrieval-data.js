// Item vectors to search among, and persons' vectors to search with.
import { readFile } from "node:fs/promises";
import { normal, uniform } from "../tests/lib/random.js";

const TASTES = 200;
const HISTORY = 20;
const TRAINED = new URL("../web-demo/models/candidates.safetensors", import.meta.url);

/** Every value N(0, 1): the hardest case for an approximation, and not what training leaves. */
export function randomVectors(items, width, queries, seed = 1) {
  const next = normal(seed);
  const matrix = (rows) => ({
    shape: [rows, width],
    data: new Float32Array(rows * width).map(next),
  });
  return { table: matrix(items), queries: Array.from({ length: queries }, () => matrix(1).data) };
}

/**
 * As training leaves them, made up: items around tastes, longer the more popular they are; persons
 * around tastes.
 */
export function clusteredVectors(items, width, queries, seed = 1) {
  const next = normal(seed);
  const pick = uniform(seed + 1);
  const tastes = new Float32Array(TASTES * width).map(next);
  const near = () => {
    const start = Math.floor(pick() * TASTES) * width;
    return Float32Array.from({ length: width }, (_, k) => 0.7 * (tastes[start + k] + next()));
  };
  const data = new Float32Array(items * width);
  for (let item = 0; item < items; item++) {
    const length = Math.exp(0.4 * next());
    data.set(
      near().map((value) => length * value),
      item * width,
    );
  }
  return { table: { shape: [items, width], data }, queries: Array.from({ length: queries }, near) };
}

/**
 * The demo's own items, and persons who have watched 20 films of one kind; null where the file is
 * not there.
 */
export async function trainedVectors(loadModel, queries, seed = 1) {
  const file = await readFile(TRAINED).catch(() => null);
  if (!file) return null;
  const model = await loadModel(file);
  const { items } = model;
  const next = uniform(seed);
  const data = model.vectors(Uint32Array.from({ length: items }, (_, row) => row));
  const width = data.length / items;
  const person = () => {
    const row = Math.floor(next() * items);
    const like = model.user({ vector: data.subarray(row * width, (row + 1) * width) });
    const history = model.recommend(like, { topK: HISTORY }).map(({ item }) => item);
    return { history, vector: Float32Array.from(model.user({ history }).vector) };
  };
  const persons = Array.from({ length: queries }, person);
  model.dispose();
  return {
    table: { shape: [items, width], data },
    queries: persons.map(({ vector }) => vector),
    histories: persons.map(({ history }) => history),
  };
}
