import { assertSeed } from "../common/arguments.js";
import { PocketrecError, show } from "../common/errors.js";
import { listOf } from "../file/item-ids.js";
import { CandidatePack } from "./candidate-pack.js";
import { readSafetensors } from "../file/safetensors.js";
import { User } from "./user.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../file/item-ids.js").ItemList} ItemList
 * @typedef {{ item: ItemId, score: number }} Recommendation
 * @typedef {{ item: ItemId, score: number | null }} Ranked score: null where the model does not
 *   know the item
 * @typedef {{ item: ItemId, rating?: number, effect: number }} Reason an interaction, and by how
 *   much the item's raw score would be lower without it
 */

/**
 * A recommender on this device. Made by `loadModel`.
 */
export class Model {
  #engine;
  #read;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {typeof import("../file/source.js").readSource} read the bytes of a source, as the
   *   environment does it
   */
  constructor(engine, read) {
    this.#engine = engine;
    this.#read = read;
  }

  /** The instruction set in use: "simd128" gives the same bits everywhere, "relaxed" is faster. */
  get simd() {
    return this.#engine.simd;
  }

  /** The architecture, as docs/format.md names it: "neumf", "autorec-user" and so on. */
  get kind() {
    return this.#engine.info.kind;
  }

  /** What the file says of itself: name, provenance, metrics and so on. Frozen. */
  get info() {
    return this.#engine.info;
  }

  /**
   * Whether raw scores are inner products of `user.vector` and `model.vectors`, as an approximate
   * index needs.
   */
  get scoresAreInnerProducts() {
    return this.#engine.family.scoresAreInnerProducts === true;
  }

  /** What `user` takes together, as "history and vector". @internal */
  get userInputs() {
    return this.#engine.userEncoder.inputs;
  }

  /** How many items the model knows. */
  get itemCount() {
    return this.#engine.items.count;
  }

  /** Bytes of memory that the model holds: its weights and the room it works in. */
  get bytes() {
    return this.#engine.memory.exports.memory.buffer.byteLength;
  }

  /**
   * A person to score for. One of:
   * - `history`: their interactions. GMF, MLP and NeuMF fit a vector to it here (docs/format.md, "A
   *   new person"): for GMF under a millisecond, for a tower some tens. Autoencoders encode it;
   *   I-AutoRec solves for the person's output row. An empty history gives the mean user, or what
   *   the model says to nothing. A history of pocketrec/history is followed: the user changes as it
   *   does.
   * - `vector`: one computed earlier (`user.vector`); with `history` beside it, it can be updated.
   *   An autoencoder that gets both encodes the history, which costs no more.
   * - `features`: what else candidates and ranker ask of a person, by name, with or without the
   *   `history`, oldest first.
   * - `id`: a row of the training users' tables, where the file has them; for CDAE with the
   *   `history` beside it.
   *
   * @param {{ history?: Iterable<import("../families/interactions.js").Interaction>
   *   | import("../history/history.js").History, features?: Record<string, unknown>, vector?:
   *   ArrayLike<number>, id?: number, fit?: boolean, seed?: number }} who fit: CDAE with one hidden
   *   layer fits the person's node to the history (docs/format.md), where it would else be the mean
   *   of the training users'; each change then fits anew. seed: of the draws that fitting a tower
   *   or a node needs (default 1); the same seed and history give the same vector
   * @returns {User}
   * @throws {PocketrecError} "bad-argument", "unknown-user", "missing-feature", "bad-feature",
   *   "disposed"
   */
  user({ history, features, vector, id, fit = false, seed = 1 } = {}) {
    const engine = this.#engine;
    const { userEncoder } = engine;
    const given = Object.entries({ history, features, vector, id })
      .filter(([, value]) => value !== undefined)
      .map(([name]) => name)
      .join(" and ");
    const { inputs, encodesHistory } = userEncoder;
    if (!inputs.includes(given))
      throw new PocketrecError("bad-argument", "user", inputs.join(", or "), given || "none");
    assertSeed(seed);
    if (fit && !(given === "history" && userEncoder.canFit)) {
      throw new PocketrecError(
        "bad-argument",
        "fit",
        "a history and a CDAE with one hidden layer",
        `${given} and kind "${this.kind}"`,
      );
    }
    if (vector !== undefined) {
      const checked = this.#checkVector(vector);
      return history !== undefined && encodesHistory
        ? new User(engine, undefined, seed, { history })
        : new User(engine, engine.ofVector(checked), seed, { history, isFitted: true });
    }
    const past = history === undefined && encodesHistory ? [] : history;
    const row = id === undefined ? undefined : this.#checkId(id);
    const state =
      row === undefined
        ? userEncoder.start?.(features === undefined ? {} : features, fit)
        : userEncoder.ofRow?.(row);
    return new User(engine, state, seed, { history: past });
  }

  /**
   * One score an item, in order: the model's own output (probability or rating), or with `raw` what
   * stands before the output function. A softmax is over the whole catalogue: the first score of a
   * person that is not raw costs a pass over it.
   *
   * @param {User} user
   * @param {ItemList | CandidatePack} items the app's ids, rows as a Uint32Array, or a candidate
   *   pack
   * @param {{ raw?: boolean }} [options]
   * @returns {Float32Array}
   * @throws {PocketrecError} "unknown-item", "bad-argument", "disposed"
   */
  score(user, items, { raw = false } = {}) {
    const { items: known } = this.#engine;
    const person = this.#personOf(user);
    if (this.#isPack(items))
      return /** @type {Float32Array} */ (
        this.#engine.score(person, rowsBelow(items.itemCount), raw, items)
      );
    // Rows are looked at once, by the module; what is wrong with them, if anything is, `demand`
    // says.
    const scores =
      items instanceof Uint32Array ? this.#engine.score(person, items, raw) : undefined;
    return (
      scores ?? /** @type {Float32Array} */ (this.#engine.score(person, known.demand(items), raw))
    );
  }

  /**
   * Candidates, the best first: by the raw score, ties in the given order. Candidates that the
   * model does not know come last, in the given order, with `score: null`.
   *
   * @param {User} user
   * @param {ItemList | CandidatePack} candidates the app's ids, rows as a Uint32Array, or a
   *   candidate pack
   * @param {{ topK?: number, exclude?: ItemList, raw?: boolean }} [options] topK: how many
   *   (default: all); exclude: items to leave out; raw: scores before the output function
   * @returns {Ranked[]}
   * @throws {PocketrecError} "bad-argument", "disposed"
   */
  rank(user, candidates, { topK = Infinity, exclude = [], raw = false } = {}) {
    const engine = this.#engine;
    const person = this.#personOf(user);
    checkTopK(topK);
    if (this.#isPack(candidates)) return this.#rankPack(person, candidates, topK, exclude, raw);
    const list = listOf(candidates);
    const left = listOf(exclude);
    const { rows, positions, length } = engine.items.locate(list);
    const best = engine.best(person, rows, topK, engine.items.locate(left).rows, raw);
    const name =
      list instanceof Uint32Array
        ? (/** @type {number} */ at) =>
            list[at] < engine.items.count ? engine.items.idOf(list[at]) : list[at]
        : (/** @type {number} */ at) => list[at];
    /** @type {Ranked[]} */
    const ranked = listed(best, (position) => name(positions ? positions[position] : position));
    if (!positions || ranked.length >= topK) return ranked;
    const known = new Set(positions);
    // A row is no id, though both may be the same number.
    const isSameKind = list instanceof Uint32Array === left instanceof Uint32Array;
    const excluded = new Set(isSameKind ? /** @type {Iterable<ItemId>} */ (left) : []);
    for (let at = 0; at < length && ranked.length < topK; at++) {
      if (!known.has(at) && !excluded.has(list[at])) ranked.push({ item: name(at), score: null });
    }
    return ranked;
  }

  /**
   * @param {import("../families/family.js").UserState} person
   * @param {CandidatePack} pack
   * @param {number} topK
   * @param {ItemList} exclude
   * @param {boolean} raw
   * @returns {Ranked[]}
   */
  #rankPack(person, pack, topK, exclude, raw) {
    const { located } = pack;
    const engine = this.#engine;
    // Rows to leave out are rows of the model, which a pack has under their ids.
    const ids =
      exclude instanceof Uint32Array
        ? Array.from(
            exclude.filter((row) => row < engine.items.count),
            (row) => engine.items.idOf(row),
          )
        : exclude;
    return listed(
      engine.best(person, undefined, topK, located.locate(ids).rows, raw, pack),
      (position) => located.idOf(position),
    );
  }

  /**
   * Opens candidates that bring their own item rows (docs/format.md, "Candidate packs"): `rank` and
   * `score` take the result in place of a list, also where the model's file has no items of its
   * own. Nothing of a person is involved.
   *
   * @param {import("../file/source.js").Source} source a URL, Response, Blob, ArrayBuffer or typed
   *   array with a safetensors body
   * @param {{ signal?: AbortSignal, onProgress?: import("../file/source.js").OnProgress }}
   *   [options]
   * @returns {Promise<CandidatePack>}
   * @throws {PocketrecError} as loadModel
   */
  async openCandidates(source, options = {}) {
    const bytes = await this.#read(source, options);
    const isOfApp = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
    // Rows are placed when they are asked for: what the app does with its buffer until then is its
    // own affair.
    const { tensors } = readSafetensors(isOfApp ? bytes.slice() : bytes);
    return new CandidatePack(this.#engine, tensors);
  }

  /**
   * Items as vectors: what inner products with `user.vector` rank by in a model of candidates, and
   * what tells similar items from others in any model.
   *
   * @param {ItemList | CandidatePack} items
   * @returns {Float32Array} (items, width) row-major
   * @throws {PocketrecError} "unknown-item", "disposed"
   */
  vectors(items) {
    if (this.#isPack(items)) return this.#engine.vectors(rowsBelow(items.itemCount), items);
    return this.#engine.vectors(this.#engine.items.demand(items));
  }

  /**
   * Whether these are a pack's; if not, the model must have items of its own.
   *
   * @param {unknown} items
   * @returns {items is CandidatePack}
   */
  #isPack(items) {
    if (CandidatePack.isOf(items, this.#engine)) return true;
    if (items instanceof CandidatePack)
      throw new PocketrecError(
        "bad-argument",
        "candidates",
        "a pack that this model opened",
        "another model's",
      );
    this.#demandCatalogue();
    return false;
  }

  /** Whoever asks for items of the model's own must find some. */
  #demandCatalogue() {
    if (this.#engine.plan.rows > 0) return;
    throw new PocketrecError(
      "bad-argument",
      "items",
      "a candidate pack, since the weights file has no items of its own",
      "none",
      {
        hint: "Open what the server sends: await model.openCandidates(response).",
      },
    );
  }

  /**
   * The best of the whole catalogue.
   *
   * @param {User} user
   * @param {{ topK?: number, exclude?: ItemList, raw?: boolean }} [options] topK: how many (default
   *   10); exclude: items to leave out; raw: scores before the output function
   * @returns {Recommendation[]}
   * @throws {PocketrecError} "bad-argument", "disposed"
   */
  recommend(user, { topK = 10, exclude = [], raw = false } = {}) {
    const engine = this.#engine;
    const person = this.#personOf(user);
    checkTopK(topK);
    this.#demandCatalogue();
    return listed(
      engine.best(person, undefined, topK, engine.items.locate(exclude).rows, raw),
      (row) => engine.items.idOf(row),
    );
  }

  /**
   * Which interactions of the history speak for an item, the strongest first, those that speak
   * against it last: by how much the item's raw score would be lower without each. For autoencoders
   * and both stages exactly that, for I-AutoRec in closed form; for GMF, MLP and NeuMF its
   * influence on the fit, to first order (docs/format.md, "Reasons").
   *
   * @param {User} user one with a history
   * @param {ItemId} item
   * @param {{ topK?: number, pack?: CandidatePack }} [options] topK: how many (default: all); pack:
   *   of candidates and ranker, one that the item comes from
   * @returns {Reason[]}
   * @throws {PocketrecError} "unknown-item", "bad-argument", "unsupported", "disposed"
   */
  explain(user, item, { topK = Infinity, pack } = {}) {
    const { items, userEncoder, info } = this.#engine;
    const person = this.#personOf(user);
    const labels = user.needLabels();
    checkTopK(topK);
    const packed = this.#isPack(pack) ? pack : undefined;
    const [row] = (packed?.located ?? items).demand([item]);
    if (packed && !userEncoder.explainsPacks)
      throw new PocketrecError(
        "unsupported",
        "pack",
        "a model whose users have features",
        `kind "${info.kind}"`,
      );
    const effects = userEncoder.explain(person, labels, row, packed);
    return [...labels.entries()]
      .map(([past, { rating }], i) => ({
        item: items.idOf(past),
        ...(rating === undefined ? {} : { rating }),
        effect: effects[i],
      }))
      .sort((a, b) => b.effect - a.effect)
      .slice(0, topK);
  }

  /** Lets the memory go. A later call throws. */
  dispose() {
    this.#engine.dispose();
  }

  /** @param {User} user */
  #personOf(user) {
    if (User.isOf(user, this.#engine)) return user.person;
    const found = user instanceof User ? "another model's user, or a proxy of one" : show(user);
    throw new PocketrecError("bad-argument", "user", "what this model's user() gave", found);
  }

  /** @param {ArrayLike<number>} vector */
  #checkVector(vector) {
    const { width } = this.#engine.userEncoder;
    if (!(Array.isArray(vector) || ArrayBuffer.isView(vector)) || vector.length !== width) {
      const found = vector && "length" in vector ? `${vector.length}` : show(vector);
      throw new PocketrecError("bad-argument", "vector", `an array of ${width} numbers`, found);
    }
    const copy = Float32Array.from(vector, (value) => (typeof value === "number" ? value : NaN));
    // An iterator of its own may give another number than its length.
    if (copy.length !== width)
      throw new PocketrecError(
        "bad-argument",
        "vector",
        `an array of ${width} numbers`,
        `${copy.length}`,
      );
    const bad = copy.findIndex((value) => !Number.isFinite(value));
    if (bad >= 0)
      throw new PocketrecError(
        "bad-argument",
        "vector",
        "finite numbers",
        `${copy[bad]} at ${bad}`,
      );
    return copy;
  }

  /** @param {number} id */
  #checkId(id) {
    const users = this.#engine.userEncoder.count;
    if (Number.isInteger(id) && id >= 0 && id < users) return id;
    const expected = users
      ? `a row from 0 to ${users - 1}`
      : "a file with the training users' tables";
    throw new PocketrecError("unknown-user", "id", expected, users ? show(id) : "none", {
      hint: users ? undefined : "Published files leave these people out: use { history }.",
    });
  }
}

/**
 * The best as the app gets them. A plain loop: for a small catalogue it is most of the work.
 *
 * @param {{ positions: Uint32Array, scores: Float32Array }} best
 * @param {(position: number) => ItemId} name
 */
function listed({ positions, scores }, name) {
  const list = new Array(positions.length);
  for (let i = 0; i < positions.length; i++)
    list[i] = { item: name(positions[i]), score: scores[i] };
  return list;
}

/** @param {number} count */
const rowsBelow = (count) => Uint32Array.from({ length: count }, (_, row) => row);

/** @param {number} topK */
function checkTopK(topK) {
  if (topK === Infinity || (Number.isInteger(topK) && topK >= 0)) return;
  throw new PocketrecError("bad-argument", "topK", "a whole number, 0 or more", show(topK));
}
