/**
 * pocketrec/hnsw: an index for catalogues of millions in Node, over the library usearch, which the
 * app installs.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { appendFile, open, rename, stat } from "node:fs/promises";

// The entry that Node gets as "pocketrec": one class of errors for both.
import { PocketrecError } from "./index.node.js";

/**
 * @typedef {import("./file/item-ids.js").ItemList} ItemList
 * @typedef {import("./pipeline/from-model.js").Index} Index
 *
 * @typedef {object} IndexedModel what an index needs of a model
 * @property {string} kind
 * @property {number} itemCount
 * @property {(rows: Uint32Array) => Float32Array} vectors
 * @property {(who: { vector: ArrayLike<number> }) => any} user
 * @property {(user: any, rows: Uint32Array, options: { topK: number, exclude: ItemList, raw: true
 *   }) => import("./model/model.js").Ranked[]} rank
 *
 * @typedef {object} HnswOptions
 * @property {number} [connectivity] neighbours of an item in the graph (default 32): more find more
 *   and take more memory
 * @property {number} [expansionAdd] how widely an item's neighbours are looked for (default 200):
 *   more take longer to build
 * @property {number} [expansionSearch] how widely a search looks (default 200, and at least twice
 *   topK): more find more and take longer
 * @property {number} [threads] that build: 1 (default) gives the same index each time, 0 takes all
 *   cores
 * @property {"cosine" | "inner"} [graph] which items are neighbours in it: those at a small angle,
 *   once a coordinate more has made all equally long (default), or those of a large inner product.
 *   Which finds more depends on the model: measure it
 * @property {string} [file] a file that an index's save() wrote, of this model, instead of building
 * @property {(progress: { added: number, total: number }) => void} [onProgress]
 * @property {AbortSignal} [signal]
 *
 * @typedef {Index & { save: (file: string) => Promise<void> }} HnswIndex
 */

/**
 * Items added at a time by a thread: some tens of milliseconds, after which progress is told and an
 * abort is heard.
 */
const CHUNK = 256;

/**
 * An index that looks at some hundred items instead of all: hierarchical navigable small worlds
 * (Malkov and Yashunin 2018), over items made equally long (Bachrach et al., RecSys 2014), where
 * the largest inner product has the smallest angle. It finds most of the best, not all; what it
 * finds, the model scores, so scores are those of exactIndex. For models whose raw score is the
 * inner product of the person's vector and the item's: kind "candidates".
 *
 * @param {IndexedModel} model
 * @param {HnswOptions} [options]
 * @returns {Promise<HnswIndex>} its search leaves out all of `exclude` and looks further until topK
 *   are found
 * @throws {PocketrecError} "missing-package", "unsupported", "bad-argument", "bad-shape",
 *   "network", "failed", "aborted"
 */
export async function hnswIndex(model, options = {}) {
  const {
    connectivity = 32,
    expansionAdd = 200,
    expansionSearch = 200,
    threads = 1,
    graph = "cosine",
  } = options;
  const { file, onProgress, signal } = options;
  for (const [name, value] of Object.entries({ connectivity, expansionAdd, expansionSearch }))
    demandWhole(name, value, 2);
  demandWhole("threads", threads, 0);
  if (graph !== "cosine" && graph !== "inner")
    throw new PocketrecError("bad-argument", "graph", '"cosine" or "inner"', String(graph));
  if (typeof model?.vectors !== "function")
    throw new PocketrecError("bad-argument", "model", "a model", String(model));
  if (model.kind !== "candidates") {
    throw new PocketrecError(
      "unsupported",
      "model",
      'kind "candidates", whose scores are inner products',
      `"${model.kind}"`,
      {
        hint: "exactIndex takes every kind.",
      },
    );
  }
  const { Index } = await library();
  const count = model.itemCount;
  const width = model.vectors(Uint32Array.of(0)).length;
  const dimensions = graph === "cosine" ? width + 1 : width;
  // All of them: where one is missing, the library takes another of its own.
  const index = new Index({
    dimensions,
    metric: graph === "cosine" ? "cos" : "ip",
    quantization: "f32",
    connectivity,
    expansion_add: expansionAdd,
    expansion_search: expansionSearch,
    multi: false,
  });
  if (file === undefined)
    await build(
      index,
      graph === "cosine" ? equallyLong(model, width) : model,
      threads,
      onProgress,
      signal,
    );
  else await load(index, file, fingerprint(model, graph), signal);
  return {
    itemCount: count,
    async search(vector, { topK = 10, exclude = [], signal: stop } = {}) {
      if (topK !== Infinity) demandWhole("topK", topK, 0);
      stopIfAborted(stop);
      const user = model.user({ vector });
      const left = exclude instanceof Uint32Array ? exclude : [...exclude];
      const query = new Float32Array(dimensions);
      query.set(vector);
      for (let wanted = Math.max(expansionSearch, 2 * topK) + left.length; ; wanted *= 4) {
        const { keys } = index.search(query, Math.min(wanted, count), 1);
        const found = model.rank(user, Uint32Array.from(keys, Number), {
          topK,
          exclude: left,
          raw: true,
        });
        if (found.length >= topK || wanted >= count)
          return /** @type {import("./pipeline/from-model.js").Found[]} */ (found);
      }
    },
    save: (path) => save(index, path, fingerprint(model, graph)),
  };
}

/** @returns {Promise<any>} */
async function library() {
  try {
    // @ts-ignore: it is there where somebody has installed it
    return (await import("usearch")).default;
  } catch (cause) {
    throw new PocketrecError("missing-package", "usearch", "the package installed", String(cause), {
      hint: "npm install usearch",
      cause,
    });
  }
}

/**
 * The items with a coordinate more, which brings all to the length of the longest: a query has 0
 * there, so inner products stay as they are.
 *
 * @param {IndexedModel} model
 * @param {number} width
 * @returns {Pick<IndexedModel, "itemCount" | "vectors">}
 */
function equallyLong(model, width) {
  const { itemCount } = model;
  const squareOf = (/** @type {Float32Array} */ vector) =>
    vector.reduce((sum, x) => sum + x * x, 0);
  const each = (/** @type {Float32Array} */ all, /** @type {number} */ i) =>
    all.subarray(i * width, (i + 1) * width);
  let most = 0;
  for (let first = 0; first < itemCount; first += CHUNK) {
    const all = model.vectors(rowsFrom(first, Math.min(CHUNK, itemCount - first)));
    for (let i = 0; i * width < all.length; i++) most = Math.max(most, squareOf(each(all, i)));
  }
  return {
    itemCount,
    vectors(rows) {
      const all = model.vectors(rows);
      const longer = new Float32Array(rows.length * (width + 1));
      rows.forEach((_, i) =>
        longer.set(
          [...each(all, i), Math.sqrt(Math.max(0, most - squareOf(each(all, i))))],
          i * (width + 1),
        ),
      );
      return longer;
    },
  };
}

/**
 * @param {number} first
 * @param {number} count
 */
const rowsFrom = (first, count) => Uint32Array.from({ length: count }, (_, i) => first + i);

/**
 * @param {any} index
 * @param {Pick<IndexedModel, "itemCount" | "vectors">} model
 * @param {number} threads
 * @param {HnswOptions["onProgress"]} onProgress
 * @param {AbortSignal} [signal]
 */
async function build(index, model, threads, onProgress, signal) {
  const total = model.itemCount;
  const step = threads === 1 ? CHUNK : 16 * CHUNK;
  for (let added = 0; added < total;) {
    stopIfAborted(signal);
    const rows = rowsFrom(added, Math.min(step, total - added));
    index.add(BigUint64Array.from(rows, BigInt), model.vectors(rows), threads);
    added += rows.length;
    onProgress?.({ added, total });
    await new Promise((resolve) => setTimeout(resolve));
  }
  stopIfAborted(signal);
}

// A file is what usearch writes and a seal behind it: a mark, what the model was, what the file is.
// The library believes whatever it reads, and a file that was cut would end the process.
const MARK = Buffer.from("PRHNSW01");
const HASH = 32;
const SEAL = MARK.length + 2 * HASH;

/** Vectors, evenly from all, that tell a model from another. */
const SAMPLE = 1000;

/**
 * @param {IndexedModel} model
 * @param {string} graph
 */
function fingerprint(model, graph) {
  const count = Math.min(SAMPLE, model.itemCount);
  const rows = Uint32Array.from({ length: count }, (_, i) =>
    Math.floor((i * model.itemCount) / count),
  );
  return createHash("sha256")
    .update(`${graph} ${model.itemCount} `)
    .update(model.vectors(rows))
    .digest();
}

/**
 * Whole, or not at all.
 *
 * @param {any} index
 * @param {string} file
 * @param {Buffer} model
 */
async function save(index, file, model) {
  try {
    index.save(`${file}.part`);
    await appendFile(`${file}.part`, Buffer.concat([MARK, model, await digestOf(`${file}.part`)]));
    await rename(`${file}.part`, file);
  } catch (cause) {
    throw new PocketrecError("failed", file, "a file that can be written", String(cause), {
      cause,
    });
  }
}

/**
 * @param {any} index
 * @param {string} file
 * @param {Buffer} model
 * @param {AbortSignal} [signal]
 */
async function load(index, file, model, signal) {
  stopIfAborted(signal);
  const { seal, digest } = await readSeal(file).catch((cause) => {
    throw new PocketrecError("network", file, "a file that can be read", String(cause), { cause });
  });
  stopIfAborted(signal);
  if (!seal.subarray(0, MARK.length).equals(MARK) || !seal.subarray(SEAL - HASH).equals(digest)) {
    throw new PocketrecError("failed", file, "an index that save() wrote, whole", "something else");
  }
  if (!seal.subarray(MARK.length, SEAL - HASH).equals(model)) {
    throw new PocketrecError("bad-shape", file, "the index of this model", "another's", {
      hint: "Build it anew.",
    });
  }
  index.load(file);
}

/** @param {string} file */
async function readSeal(file) {
  const { size } = await stat(file);
  const handle = await open(file);
  const seal = Buffer.alloc(SEAL);
  const end = size - SEAL;
  try {
    await handle.read(seal, 0, SEAL, Math.max(0, end));
  } finally {
    await handle.close();
  }
  return { seal, digest: end > 0 ? await digestOf(file, end) : Buffer.alloc(0) };
}

/**
 * @param {string} file
 * @param {number} [length] default: all of it
 */
async function digestOf(file, length = Infinity) {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file, { end: length - 1 })) hash.update(chunk);
  return hash.digest();
}

/**
 * @param {string} name
 * @param {unknown} value
 * @param {number} least
 */
function demandWhole(name, value, least) {
  if (Number.isInteger(value) && Number(value) >= least && Number(value) < 2 ** 31) return;
  throw new PocketrecError("bad-argument", name, `a whole number, ${least} or more`, String(value));
}

/** @param {AbortSignal} [signal] */
function stopIfAborted(signal) {
  if (signal?.aborted)
    throw new PocketrecError("aborted", "hnswIndex", "to finish", "an abort", {
      cause: signal.reason,
    });
}
