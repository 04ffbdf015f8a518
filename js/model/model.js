/// <reference lib="esnext.disposable" preserve="true" />
import { argumentError, assertNumber, assertSeed, isIterable } from "../common/arguments.js";
import { PocketrecError, show, within } from "../common/errors.js";
import { indexOfNonFinite } from "../common/numbers.js";
import { checkOptions } from "../common/options.js";
import { ratedItem } from "../families/interactions.js";
import { assertFinite } from "../families/user-vector.js";
import { listOf } from "../file/item-ids.js";
import { CandidatePack } from "./candidate-pack.js";
import { readSafetensors } from "../file/safetensors.js";
import { readPrecision } from "./precision.js";
import { startEstimates } from "./estimates.js";
import { excludedRows, finish, listed, rankEach, rowsBelow } from "./ranking.js";
import { mostSimilar } from "./similar.js";
import { nameOf } from "./source-name.js";
import { User } from "./user.js";

/**
 * @import { ItemId } from "../common/ids.js"
 * @import { ItemList } from "../file/item-ids.js"
 * @import { Precision } from "./precision.js"
 * @import { Choice, Ranked, Reason, Recommendation, UserInput } from "./model-types.js"
 */

const RANK_OPTIONS = "topK exclude filter raw precision";

/**
 * A recommender model on this device: the weights in memory, and what can be asked of them. Made by
 * `loadModel`. Call `dispose` to free its memory early.
 *
 * @hideconstructor
 */
export class Model {
  #engine;
  #read;

  /**
   * @param {import("./engine.js").Engine} engine
   * @param {typeof import("../file/source.js").readSource} read reads the bytes of a source; what
   *   differs between environments
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

  /** The file's description: name, provenance, metrics and so on (docs/format.md). Frozen. */
  get info() {
    return this.#engine.info;
  }

  /**
   * Whether raw scores are inner products of `user.vector` and `model.vectors`, as an approximate
   * index needs.
   */
  get scoresAreInnerProducts() {
    return this.#engine.plan.scoresAreInnerProducts === true;
  }

  /** What `user` takes together, as "history and vector". @internal */
  get userInputs() {
    return this.#engine.userEncoder.inputs;
  }

  /** How many items the model knows. */
  get itemCount() {
    return this.#engine.items.count;
  }

  /**
   * Whether the model knows an item.
   * @param {ItemId} item
   * @returns {boolean}
   *
   * @example
   * model.has("Cold Engines"); // => true
   * model.has("No Such Book"); // => false
   */
  has(item) {
    return this.#engine.items.find(item) !== undefined;
  }

  /**
   * The ids of all items, by row.
   * @returns {ItemId[]}
   *
   * @example
   * model.ids().slice(0, 2); // => ["The Ninth Moon", "Rust and Starlight"]
   */
  ids() {
    const { items } = this.#engine;
    return Array.from({ length: items.count }, (_, row) => items.idOf(row));
  }

  /**
   * How often each item occurs in the training data, a number of interactions in most files: one an
   * item, in order; NaN for an item that the model does not know.
   *
   * @param {ItemList | CandidatePack} items a pack may bring the numbers of its items
   * @returns {Float32Array | undefined} undefined: neither the file nor the pack has them
   * @throws {PocketrecError} "bad-argument", "unknown-item" for a row out of range
   *
   * @example
   * [...model.popularity(["Cold Engines", "One Glove"])]; // => [513, 457]
   */
  popularity(items) {
    const pack = this.#isPack(items) ? items : undefined;
    const own = pack?.located.popularity;
    if (own) return own.slice();
    const list = pack ? pack.items : listOf(/** @type {ItemList} */ (items));
    const known = this.#engine.items;
    const find = known.finder(list);
    const { popularity } = known;
    return popularity && Float32Array.from(list, (item) => popularity[find(item) ?? -1]);
  }

  /** Bytes of memory that the model holds: weights and scratch buffers. */
  get bytes() {
    return this.#engine.memory.exports.memory.buffer.byteLength;
  }

  /**
   * A user to score for, from one of:
   * - `history`: interactions. GMF, MLP and NeuMF fit a vector to it (fold-in; docs/format.md, "A
   *   new user"): GMF in less than a millisecond, towers in some tens. Autoencoders encode it.
   *   I-AutoRec solves for the user's output row. An empty history gives the mean user, or the
   *   output for an empty input. With a history of pocketrec/history, the user changes as it does.
   * - `vector`: one computed earlier (`user.vector`); with `history` beside it, the user can be
   *   updated. An autoencoder given both encodes the history, which costs no more.
   * - `features`: what candidates and rankers take beside the history, by name, with or without
   *   `history`, oldest first.
   * - `id`: a row of the training users' tables, where the file has them; for CDAE with or without
   *   `history`.
   *
   * @param {UserInput} [input]
   * @returns {User} whose `warning` says what is wrong with the history: an interaction whose
   *   rating is missing or not on the scale is ignored
   * @throws {PocketrecError} "bad-argument", "unknown-user", "missing-feature", "bad-feature",
   *   "not-finite", "disposed"
   *
   * @example
   * const user = model.user({
   *   history: ["Cold Ink", { item: "One Glove", rating: 5 }, { item: "Nine Knots", rating: 1 }],
   * });
   * user.items; // => ["Cold Ink", "One Glove", "Nine Knots"]
   * model.recommend(user, { topK: 5, exclude: user.items });
   *
   * // Later, without the fit:
   * model.user({ vector: user.vector, history: user.history });
   *
   * // By row of the item table, the fast form of a long history:
   * const [items, ratings] = [Uint32Array.of(3, 7), Float32Array.of(5, 1)];
   * model.user({ history: { items, ratings } }).history.length; // => 2
   */
  user(input) {
    const options = checkOptions(input, "user", "history features vector id fit seed");
    const { history, features, vector, id, fit = false, seed = 1 } = options;
    const engine = this.#engine;
    const { userEncoder } = engine;
    /** @type {Record<string, unknown>} */
    const sources = { history, features, vector, id };
    const names = Object.keys(sources).filter((name) => sources[name] !== undefined);
    const given = names.join(" and ");
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
   * One score per item, in order: the model's output (a probability or a rating), or with `raw` the
   * raw score. A softmax is over the whole catalogue: the first score of a user that is not raw
   * costs a pass over it.
   *
   * @param {User} user
   * @param {ItemList | CandidatePack} items the app's ids, rows as a Uint32Array, or a candidate
   *   pack
   * @param {{ raw?: boolean }} [options]
   * @returns {Float32Array<ArrayBuffer>}
   * @throws {PocketrecError} "unknown-item", "bad-argument", "disposed"
   *
   * @example
   * [...model.score(user, ["Cold Engines", "One Glove"])]; // => [0.35, 0.01]
   * [...model.score(user, ["Cold Engines"], { raw: true })]; // => [-0.62]
   */
  score(user, items, options) {
    const { raw = false } = checkOptions(options, "score", "raw");
    const { items: known } = this.#engine;
    const state = this.#stateOf(user);
    if (this.#isPack(items))
      return /** @type {Float32Array<ArrayBuffer>} */ (
        this.#engine.score(state, rowsBelow(items.itemCount), raw, items)
      );
    const list = listOf(items);
    // Rows are checked once, by the module; rowsOf throws the error for a wrong one.
    const scores = list instanceof Uint32Array ? this.#engine.score(state, list, raw) : undefined;
    const all = scores ?? this.#engine.score(state, known.rowsOf(list), raw);
    return /** @type {Float32Array<ArrayBuffer>} */ (all);
  }

  /**
   * Candidates sorted by raw score, the best first, ties in the given order, each once. Candidates
   * that the model does not know are last, in the given order, with `score: null`.
   *
   * @param {User} user
   * @param {ItemList | CandidatePack} candidates the app's ids, rows as a Uint32Array, or a
   *   candidate pack
   * @param {Choice & { raw?: boolean, precision?: Precision }} [options] topK: how many (default:
   *   all); raw: give raw scores; precision: another than that of `loadModel`
   * @returns {Ranked[]}
   * @throws {PocketrecError} "bad-argument", "unknown-item" for a row out of range, "disposed"
   *
   * @example
   * const candidates = ["One Glove", "Cold Engines", "No Such Book"];
   * const ranked = model.rank(user, candidates, { topK: 10, exclude: user.items });
   * ranked.map(({ item }) => item); // => ["Cold Engines", "One Glove", "No Such Book"]
   * ranked[2].score; // => null
   */
  rank(user, candidates, options) {
    const { exclude, ...choice } = checkOptions(options, "rank", RANK_OPTIONS);
    const state = this.#stateOf(user);
    const [list] = finish(this.#rankEach([state], candidates, choice, [exclude]));
    return list;
  }

  /**
   * `rank` for each of many users: the lists of `users.map((user) => model.rank(user, candidates,
   * options))`, to the bit. Candidates are read once for all users. Where raw scores are products
   * with item vectors (models of kind dot, candidates, sasrec and gru4rec, autoencoders), a vector
   * that is read serves several users; with precision "fast" it serves one. A page is blocked until
   * all lists are there: pocketrec/worker has the same method as a promise.
   *
   * @param {Iterable<User>} users
   * @param {ItemList | CandidatePack} candidates as in `rank`
   * @param {Omit<Choice, "exclude"> & {
   *   exclude?: Choice["exclude"] | ((user: User) => Choice["exclude"]),
   *   raw?: boolean,
   *   precision?: Precision,
   * }} [options] as in `rank`; exclude: for all users, or a function that gives the items to leave
   *   out for one
   * @returns {Ranked[][]} a list for each user, in order; none without users
   * @throws {PocketrecError} as `rank`
   *
   * @example
   * const users = [user, model.user({ history: ["Orbit of Glass"] })];
   * const candidates = ["One Glove", "Cold Engines", "Orbit of Glass"];
   * const lists = model.rankMany(users, candidates, { topK: 1, exclude: ({ items }) => items });
   * lists.map(([first]) => first.item); // => ["Orbit of Glass", "Cold Engines"]
   */
  rankMany(users, candidates, options) {
    return finish(this.rankingMany(users, candidates, options));
  }

  /**
   * As `rankMany`, in pieces: a worker reads its messages between them.
   *
   * @param {Iterable<User>} users
   * @param {ItemList | CandidatePack} candidates
   * @param {Parameters<Model["rankMany"]>[2]} [options]
   * @param {Choice["exclude"][]} [excludes] one for each user, in place of the option
   * @internal
   */
  rankingMany(users, candidates, options, excludes) {
    const { exclude, ...choice } = checkOptions(options, "rankMany", RANK_OPTIONS);
    if (!isIterable(users)) throw argumentError("users", "a list of users", users);
    const list = [...users];
    const states = list.map((user, i) => this.#stateOf(user, `user ${i} of ${list.length}`));
    const excludeOf = typeof exclude === "function" ? exclude : () => exclude;
    return this.#rankEach(states, candidates, choice, excludes ?? list.map(excludeOf));
  }

  /**
   * @param {import("../families/family.js").UserState[]} states
   * @param {ItemList | CandidatePack} candidates
   * @param {Omit<Choice, "exclude"> & { raw?: boolean, precision?: Precision }} choice
   * @param {Choice["exclude"][]} excludes
   */
  #rankEach(states, candidates, { topK = Infinity, precision, ...choice }, excludes) {
    assertNumber(topK, "topK", { integer: true });
    const isFast = this.#isFast(precision);
    const pack = this.#isPack(candidates) ? candidates : undefined;
    return rankEach(this.#engine, states, candidates, { ...choice, topK, isFast, pack, excludes });
  }

  /**
   * Whether two passes find a list. The first time, the model gets ready for them.
   * @param {unknown} precision of a call
   */
  #isFast(precision) {
    const isFast = readPrecision(precision) ?? this.#engine.isFast;
    if (isFast) startEstimates(this, this.#engine);
    return isFast;
  }

  /**
   * Opens candidates that bring their own item rows (docs/format.md, "Candidate packs"): `rank`,
   * `score` and `vectors` take the result in place of a list, also where the weights file has no
   * items. Nothing about a user is sent.
   *
   * @param {import("../file/source.js").Source} source a URL, Response, Blob, ArrayBuffer or typed
   *   array with a safetensors body
   * @param {{ signal?: AbortSignal, onProgress?: import("../file/source.js").OnProgress }}
   *   [options]
   * @returns {Promise<CandidatePack>}
   * @throws {PocketrecError} as loadModel
   *
   * @example
   * import { readFile } from "node:fs/promises";
   *
   * // A server makes it, an app fetches it.
   * const maker = packMaker(await readFile(new URL(books)));
   * const response = new Response(maker.pack(["One Glove", "Cold Engines"]));
   *
   * const pack = await model.openCandidates(response);
   * model.rank(user, pack)[0].item; // => "Cold Engines"
   */
  async openCandidates(source, options) {
    const checked = checkOptions(options, "openCandidates", "signal onProgress");
    const bytes = await this.#read(source, checked);
    const isOfApp = source instanceof ArrayBuffer || ArrayBuffer.isView(source);
    try {
      // Rows are copied into the module when first needed: the app may change its buffer before.
      const { tensors } = readSafetensors(isOfApp ? bytes.slice() : bytes);
      return new CandidatePack(this.#engine, tensors);
    } catch (error) {
      throw within(nameOf(source), error);
    }
  }

  /**
   * Items as vectors. In a model of kind candidates, their inner products with `user.vector` are
   * the raw scores; in any model, similar items have similar vectors.
   *
   * @param {ItemList | CandidatePack} items
   * @returns {Float32Array<ArrayBuffer>} (items, width) row-major
   * @throws {PocketrecError} "unknown-item", "disposed"; "unsupported" for a dense or sparse matrix
   *   of kind item-item
   *
   * @example
   * model.vectors(["Cold Engines", "One Glove"]).length; // => 16
   * // Two items of 8 numbers each.
   */
  vectors(items) {
    if (this.#isPack(items)) return this.#engine.vectors(rowsBelow(items.itemCount), items);
    return this.#engine.vectors(this.#engine.items.rowsOf(items));
  }

  /**
   * Whether these are a pack of this model; if not, the file must have items.
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
    this.#assertCatalogue();
    return false;
  }

  #assertCatalogue() {
    if (this.#engine.plan.rows > 0) return;
    throw new PocketrecError(
      "bad-argument",
      "items",
      "a candidate pack, since the weights file has no items",
      "none",
      {
        hint: "Open what the server sends: await model.openCandidates(response).",
      },
    );
  }

  /**
   * The best items of the whole catalogue.
   *
   * @param {User} user
   * @param {Choice & { raw?: boolean, precision?: Precision }} [options] topK: how many (default
   *   10); raw: give raw scores; precision: another than that of `loadModel`
   * @returns {Recommendation[]}
   * @throws {PocketrecError} "bad-argument", "disposed"
   *
   * @example
   * const isInStock = (item) => item !== "Orbit of Glass";
   * const list = model.recommend(user, { topK: 5, exclude: user.items, filter: isInStock });
   * list[0]; // => { item: "Seven Suns Over Harrow", score: 0.54 }
   */
  recommend(user, options) {
    const {
      topK = 10,
      raw,
      precision,
      ...choice
    } = checkOptions(options, "recommend", RANK_OPTIONS);
    const { items } = this.#engine;
    const state = this.#stateOf(user);
    assertNumber(topK, "topK", { integer: true });
    this.#assertCatalogue();
    const excluded = [excludedRows(items, choice)];
    const isFast = this.#isFast(precision);
    const [best] = this.#engine.best([state], { topK, excluded, raw, isFast });
    return listed(best, (row) => items.idOf(row));
  }

  /**
   * Items like this one: those whose vectors (`vectors`) have the largest cosine with its own. No
   * user is needed. An item whose vector is zero is similar to nothing. In a model of kind
   * item-item: those whose raw scores an interaction with it raises the most, and by how much.
   *
   * @param {ItemId} item
   * @param {Choice} [options] topK: how many (default 10)
   * @returns {Recommendation[]} score: the cosine, -1 to 1, or the raise
   * @throws {PocketrecError} "unknown-item"; "bad-argument" where the weights file has no items
   *
   * @example
   * const [first] = model.similar("Cold Engines", { topK: 5 });
   * first; // => { item: "Children of the Long Ship", score: 0.97 }
   */
  similar(item, options) {
    const { topK = 10, ...choice } = checkOptions(options, "similar", "topK exclude filter");
    const { items } = this.#engine;
    assertNumber(topK, "topK", { integer: true });
    this.#assertCatalogue();
    const [row] = items.rowsOf([item]);
    const excluded = [row, ...excludedRows(items, choice)];
    return listed(mostSimilar(this.#engine, row, topK, excluded), (other) => items.idOf(other));
  }

  /**
   * The interactions behind an item's score: by how much its raw score would be lower without each,
   * the largest effect first. Exact for autoencoders and both stages, in closed form for I-AutoRec;
   * for GMF, MLP and NeuMF to first order, by influence functions (docs/format.md, "Explanations").
   *
   * @param {User} user one with a history
   * @param {ItemId} item
   * @param {{ topK?: number, pack?: CandidatePack }} [options] topK: how many (default: all); pack:
   *   of candidates and ranker, the pack that the item comes from
   * @returns {Reason[]}
   * @throws {PocketrecError} "unknown-item", "bad-argument", "unsupported", "not-finite",
   *   "too-large" where it would take seconds, "disposed"
   *
   * @example
   * const [reason] = model.explain(user, "Cold Engines", { topK: 1 });
   * reason; // => { item: "The Ninth Moon", effect: 0.29 }
   */
  explain(user, item, options) {
    const { topK = Infinity, pack } = checkOptions(options, "explain", "topK pack");
    const { items, userEncoder, info } = this.#engine;
    const state = this.#stateOf(user);
    const table = user.needTable();
    assertNumber(topK, "topK", { integer: true });
    const packed = this.#isPack(pack) ? pack : undefined;
    const [row] = (packed?.located ?? items).rowsOf([item]);
    if (packed && !userEncoder.explainsPacks)
      throw new PocketrecError(
        "unsupported",
        "pack",
        "a model whose users have features",
        `kind "${info.kind}"`,
      );
    const effects = assertFinite(userEncoder.explain(state, table, row, packed), "explain");
    const { rows, ratings } = table.columns;
    return Array.from(rows, (past, i) => ({
      ...ratedItem(items.idOf(past), ratings[i]),
      effect: effects[i],
    }))
      .sort((a, b) => b.effect - a.effect)
      .slice(0, topK);
  }

  /**
   * Releases the memory. Later calls throw "disposed". `using model = ...` calls it too.
   *
   * @example
   * const model = await loadModel(books);
   * model.dispose();
   */
  dispose() {
    this.#engine.dispose();
  }

  /**
   * `using model = await loadModel(...)` calls it. Browsers before 2025 have no such symbol; there
   * the method has a name that nothing calls.
   */
  [Symbol.dispose]() {
    this.dispose();
  }

  /**
   * @param {User} user
   * @param {string} [subject] for the error
   */
  #stateOf(user, subject = "user") {
    if (User.isOf(user, this.#engine)) return user.state;
    const found = user instanceof User ? "another model's user, or a proxy of one" : show(user);
    throw new PocketrecError("bad-argument", subject, "what this model's user() returned", found);
  }

  /** @param {ArrayLike<number>} vector */
  #checkVector(vector) {
    const { width } = this.#engine.userEncoder;
    const isList = Array.isArray(vector) || ArrayBuffer.isView(vector);
    if (!isList || vector.length !== width) {
      const found = isList ? `${vector.length}` : show(vector);
      throw new PocketrecError("bad-argument", "vector", `an array of ${width} numbers`, found);
    }
    const copy = Float32Array.from(vector, (value) => (typeof value === "number" ? value : NaN));
    // An iterator may give another number of values than `length`.
    if (copy.length !== width)
      throw new PocketrecError(
        "bad-argument",
        "vector",
        `an array of ${width} numbers`,
        `${copy.length}`,
      );
    const bad = indexOfNonFinite(copy);
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
      hint: users ? undefined : "Published files have no training users: use { history }.",
    });
  }
}
