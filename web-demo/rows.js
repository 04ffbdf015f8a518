/**
 * Divides a ranker's file in two: the model without item features, one file for every visitor, and
 * the features of some items, as a candidate pack (docs/format.md). A page then downloads features
 * of its candidates only, however large the catalogue is.
 */
import { readSafetensors, writeSafetensors } from "./safetensors.js";

export class FilmRows {
  #rest;
  #metadata;
  #columns;
  #rowOf;

  /** @param {Uint8Array} file a ranker with the values of its items' features */
  constructor(file) {
    const { tensors, metadata } = readSafetensors(file);
    const { features } = JSON.parse(metadata.pocketrec);
    const names = features.map(({ name }) => name).filter((name) => tensors[`${name}.values`]);
    this.#columns = names.map((name) => ({
      name,
      values: tensors[`${name}.values`],
      offsets: tensors[`${name}.offsets`],
    }));
    const ofFilms = new Set(names.flatMap((name) => [`${name}.values`, `${name}.offsets`]));
    this.#rest = Object.fromEntries(Object.entries(tensors).filter(([name]) => !ofFilms.has(name)));
    this.#metadata = metadata;
    const ids = new BigInt64Array(tensors.item_ids.data.slice().buffer);
    this.#rowOf = new Map(Array.from(ids, (id, row) => [Number(id), row]));
  }

  /** The ranker without item features: it ranks packs only. */
  without() {
    return writeSafetensors(this.#rest, this.#metadata);
  }

  /**
   * A candidate pack of these films. A film that the ranker does not know has no features and is
   * left out.
   *
   * @param {number[]} ids
   * @returns {Uint8Array}
   */
  pack(ids) {
    const known = ids.filter((id) => this.#rowOf.has(id));
    const rows = known.map((id) => this.#rowOf.get(id));
    const tensors = {
      item_ids: { dtype: "I64", shape: [rows.length], data: BigInt64Array.from(known, BigInt) },
    };
    for (const { name, values, offsets } of this.#columns) {
      if (offsets) Object.assign(tensors, severalOf(name, values, offsets, rows));
      else tensors[`${name}.values`] = pick(values, rows);
    }
    return writeSafetensors(tensors);
  }
}

/** Lists of values, concatenated, with their offsets. */
function severalOf(name, values, offsets, rows) {
  const begins = new Int32Array(offsets.data.slice().buffer);
  const places = rows.map((row) =>
    Array.from({ length: begins[row + 1] - begins[row] }, (_, i) => begins[row] + i),
  );
  const ends = Int32Array.from([0, ...places.map(({ length }) => length)]);
  for (let i = 1; i < ends.length; i += 1) ends[i] += ends[i - 1];
  return {
    [`${name}.values`]: pick(values, places.flat()),
    [`${name}.offsets`]: { dtype: "I32", shape: [ends.length], data: ends },
  };
}

/** Some of the values, of any type: they are copied as bytes. */
function pick({ dtype, shape, data }, places) {
  const width = data.length / shape[0];
  const picked = new Uint8Array(places.length * width);
  places.forEach((place, at) =>
    picked.set(data.subarray(place * width, (place + 1) * width), at * width),
  );
  return { dtype, shape: [places.length], data: picked };
}
