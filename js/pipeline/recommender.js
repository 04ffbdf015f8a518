import {
  argumentError,
  assertNoRenamedOption,
  assertNumber,
  isItemId,
} from "../common/arguments.js";
import { readAnswer } from "./answer.js";
import { PocketrecError, throwIfAborted } from "../common/errors.js";
import { FromModel, isModel } from "./from-model.js";
import { readItemIds, readRanked } from "./ranked-list.js";
import { TIMER_MAX, wait } from "../common/timeout.js";
import { Persons, readPerson } from "./user-cache.js";
import { compose } from "./rerank.js";

/**
 * @typedef {import("../file/item-ids.js").ItemId} ItemId
 * @typedef {import("../model/model.js").Model} Model
 * @typedef {import("../model/model.js").Ranked} Ranked
 * @typedef {import("../worker/model.js").WorkerModel} WorkerModel
 * @typedef {import("./ranked-list.js").Step} Step
 * @typedef {import("./user-cache.js").Person} Person
 * @typedef {import("./user-cache.js").History} History
 * @typedef {import("./user-cache.js").Features} Features
 * @typedef {import("./answer.js").Answer} Answer
 * @typedef {import("./answer.js").Candidates} Candidates
 *
 * @typedef {(request: { signal: AbortSignal, topK: number }) => Answer | Promise<Answer>} Retrieve
 * @typedef {Person & { topK: number, signal?: AbortSignal }} About
 * @typedef {(candidates: ItemId[], about: About) => Iterable<Ranked> | Promise<Iterable<Ranked>>}
 *   Rank gives the candidates as a ranked list, the best first
 *
 * @typedef {object} RecommenderOptions
 * @property {Retrieve | FromModel} [retrieve] gives candidates, the same for everybody: it is told
 *   nothing of the person, only how many items will be shown, and a signal. Candidates for the
 *   person are found here, with `fromModel(model)`. Without it all of the catalogue is ranked
 * @property {Model | WorkerModel | Rank} rank
 * @property {Step | Step[]} [rerank]
 * @property {History | (() => History | Promise<History>)} [history] asked at every request
 * @property {Features | (() => Features | Promise<Features>)} [features] what else models are told
 *   of the person
 * @property {boolean} [includeSeen] whether items of the history are recommended again (default false)
 * @property {Model | WorkerModel} [catalogue] whose best stand in where nothing was retrieved;
 *   default: the model that ranks
 * @property {number} [timeout] how long retrieve may take, in ms (default 3000)
 * @property {number} [maxCandidates] how many of what it gives are looked at (default 10,000)
 * @property {number} [rerankDepth] how many of the ranked are re-ranked (default 1000)
 * @property {Iterable<ItemId>} [lastCandidates] those of an earlier recommender
 *
 * @typedef {object} Recommended
 * @property {Ranked[]} recommendations the best first
 * @property {"retrieved" | "last" | "catalogue"} source where the candidates came from: they were
 *   retrieved, or are the last that were, or the best of the catalogue
 * @property {PocketrecError} [warning] why nothing was retrieved
 * @property {{ catalogue?: number, candidates: number, ranked: number, reranked: number }} counts
 *   items of each stage; catalogue: what the model that ranks, or stands in, knows
 * @property {{ retrieve: number, rank: number, rerank: number }} times ms of each stage
 *
 * @typedef {{ source: Recommended["source"], ranked: Ranked[], candidates: number, pack?:
 *   Candidates["pack"], warning?: PocketrecError }} Ranking
 * @typedef {{ topK: number, exclude: ItemId[], signal?: AbortSignal }} Request
 */

/** An answer that is this many times later than retrieve's timeout is given up. */
const LATEST = 10;

const RENAMED = {
  patience: "timeout",
  repeats: "includeSeen",
  candidates: "maxCandidates",
  depth: "rerankDepth",
  last: "lastCandidates",
};

/**
 * A recommender in stages: retrieve candidates, rank them for the person on this device, re-rank.
 * When what retrieves fails, is slow or answers nonsense, the last good list serves, or else the
 * catalogue, and the result says so.
 *
 * @param {RecommenderOptions} options
 * @returns {Recommender}
 * @throws {PocketrecError} "bad-argument"
 */
export const createRecommender = (options) => new Recommender(options);

/** What createRecommender gives. */
export class Recommender {
  #options;
  #persons = new Persons();
  #rerank;
  #turns = 0;
  /** @type {{ turn: number, candidates: Candidates } | undefined} */
  #last;

  /** @param {RecommenderOptions} options */
  constructor(options) {
    assertNoRenamedOption(options, RENAMED);
    const {
      timeout = 3000,
      maxCandidates = 10_000,
      rerankDepth = 1000,
      includeSeen = false,
      lastCandidates,
      ...rest
    } = options;
    const { retrieve, rank, rerank = [], catalogue } = rest;
    if (typeof rank !== "function" && !isModel(rank))
      throw argumentError("rank", "a model or a function", rank);
    if (
      retrieve !== undefined &&
      typeof retrieve !== "function" &&
      !(retrieve instanceof FromModel)
    ) {
      throw argumentError("retrieve", "a function, or fromModel(...)", retrieve);
    }
    if (catalogue !== undefined && !isModel(catalogue))
      throw argumentError("catalogue", "a model", catalogue);
    assertNumber(timeout, "timeout");
    assertNumber(maxCandidates, "maxCandidates", { min: 1, integer: true });
    assertNumber(rerankDepth, "rerankDepth", { min: 1, integer: true });
    const stand = /** @type {Model | undefined} */ (
      catalogue ?? (isModel(rank) ? rank : undefined)
    );
    if (!retrieve && !stand)
      throw argumentError(
        "retrieve",
        "one that gives candidates, since `rank` is no model",
        "none",
      );
    // Models in a worker answer with promises, which are awaited like the rest.
    this.#options = {
      ...rest,
      rank: /** @type {Model | Rank} */ (rank),
      timeout,
      maxCandidates,
      rerankDepth,
      includeSeen,
      catalogue: stand,
    };
    this.#rerank = compose(...(Array.isArray(rerank) ? rerank : [rerank]));
    const items = readItemIds(lastCandidates ?? [], "lastCandidates");
    if (items.length) this.#last = { turn: 0, candidates: { items } };
  }

  /**
   * The last good list that was retrieved: what an app may keep for when it starts without a
   * network. Of a server's answers it tells nothing of the person; of `fromModel` it does.
   * @returns {ItemId[]}
   */
  get lastCandidates() {
    return this.#last ? [...this.#last.candidates.items] : [];
  }

  /**
   * The best for the person now. Calls do not disturb each other; each retrieves for itself. One
   * that was not answered in time waits on behind it, ten times as long, and a good answer is then
   * the last good list.
   *
   * @param {{ topK?: number, exclude?: Iterable<ItemId>, signal?: AbortSignal }} [options] topK:
   *   how many (default 10); exclude: ids of more to leave out, also where a step puts them in;
   *   signal: ends at once with "aborted"
   * @returns {Promise<Recommended>} recommendations is empty where everything that was retrieved is excluded
   * @throws {PocketrecError} "bad-argument", "aborted"; what goes wrong in another stage, its
   *   subject beginning with the stage's name: "history", "features", "rank" or "rerank", and
   *   "retrieve" where nothing can stand in
   */
  async recommend({ topK = 10, exclude = [], signal } = {}) {
    assertNumber(topK, "topK", { integer: true });
    const excluded = readItemIds(exclude, "exclude");
    const { includeSeen, catalogue } = this.#options;
    throwIfAborted(signal, "recommend");
    const person = this.#readPerson(signal);
    const left = person.then((known) =>
      stage(
        "rank",
        signal,
        async () => new Set([...(includeSeen ? [] : await this.#itemsOf(known)), ...excluded]),
      ),
    );
    const retrieval = this.#retrieve({ topK, signal }, person, left);
    // Whatever fails first is told; what fails after it has nobody to hear it.
    for (const promise of [left, retrieval]) promise.catch(() => {});
    const about = await person;
    const gone = await left;
    const retrieved = await retrieval;
    const rankStart = performance.now();

    const ranking = await this.#rankFirst(retrieved, about, { topK, exclude: [...gone], signal });
    const rerankStart = performance.now();
    const context = {
      topK,
      signal,
      userOf: (/** @type {Model} */ model) => this.#persons.userOf(model, about),
      packOf: (/** @type {unknown} */ model) =>
        model === this.#options.rank ? ranking.pack : undefined,
    };
    const list = await stage("rerank", signal, () => this.#rerank(ranking.ranked, context));
    const seen = new Set(gone);
    const reranked = list.filter(({ item }) => !seen.has(item) && seen.add(item));
    return {
      recommendations: reranked.slice(0, topK),
      source: ranking.source,
      ...(ranking.warning ? { warning: ranking.warning } : {}),
      counts: {
        catalogue: catalogue?.itemCount,
        candidates: ranking.candidates,
        ranked: ranking.ranked.length,
        reranked: reranked.length,
      },
      times: {
        retrieve: retrieved.time,
        rank: rerankStart - rankStart,
        rerank: performance.now() - rerankStart,
      },
    };
  }

  /**
   * @param {AbortSignal | undefined} signal
   * @returns {Promise<Person>}
   */
  async #readPerson(signal) {
    const { history, features } = this.#options;
    const read = (/** @type {any} */ told) => () => (typeof told === "function" ? told() : told);
    const [told, more] = await Promise.all([
      stage("history", signal, read(history)),
      stage("features", signal, read(features)),
    ]);
    return readPerson(told, more);
  }

  /**
   * @param {Person} person
   * @returns {Promise<ItemId[]>}
   */
  async #itemsOf({ history, features }) {
    const { catalogue } = this.#options;
    if (history instanceof Uint32Array && catalogue)
      return (await this.#persons.userOf(catalogue, { history, features })).items;
    return Array.from(history, (entry) => /** @type {any} */ (entry)?.item ?? entry).filter(
      isItemId,
    );
  }

  /**
   * What was retrieved in time, or why nothing was.
   *
   * @param {{ topK: number, signal?: AbortSignal }} request
   * @param {Promise<Person>} person
   * @param {Promise<Set<ItemId>>} left
   * @returns {Promise<{ turn: number, time: number, candidates?: Candidates, warning?:
   *   PocketrecError }>}
   */
  async #retrieve({ topK, signal }, person, left) {
    const { retrieve, rank, timeout, maxCandidates } = this.#options;
    const turn = ++this.#turns;
    const start = performance.now();
    if (!retrieve) return { turn, time: 0 };
    const controller = new AbortController();
    const stop = () => controller.abort(signal?.reason);
    signal?.addEventListener("abort", stop, { once: true });
    const openPack = /** @type {any} */ (rank).openCandidates?.bind(rank);
    const ask = async () => {
      const answer =
        retrieve instanceof FromModel
          ? await this.#search(retrieve, await person, [...(await left)], controller.signal)
          : await retrieve({ signal: controller.signal, topK });
      return readAnswer(answer, maxCandidates, openPack, controller.signal);
    };
    const answer = ask();
    try {
      const candidates = await wait(answer, "retrieve", signal, timeout);
      return { turn, time: performance.now() - start, candidates };
    } catch (error) {
      throwIfAborted(signal, "recommend");
      const warning =
        error instanceof PocketrecError
          ? error
          : new PocketrecError("network", "retrieve", "an answer", String(error), { cause: error });
      if (warning.code === "timeout") this.#waitOn(answer, turn, controller);
      return { turn, time: performance.now() - start, warning };
    } finally {
      signal?.removeEventListener("abort", stop);
    }
  }

  /**
   * @param {FromModel} from
   * @param {Person} person
   * @param {ItemId[]} exclude
   * @param {AbortSignal} signal
   */
  async #search(from, { history, features }, exclude, signal) {
    const own = typeof from.features === "function" ? await from.features() : from.features;
    return from.search(
      await this.#persons.userOf(from.model, { history, features: own ?? features }),
      { exclude, signal },
    );
  }

  /**
   * @param {Promise<Candidates>} answer an overdue one
   * @param {number} turn
   * @param {AbortController} controller
   */
  #waitOn(answer, turn, controller) {
    const timer = setTimeout(
      () => controller.abort(),
      Math.min(LATEST * this.#options.timeout, TIMER_MAX),
    );
    // Nobody waits for it: a process that has nothing else to do may end.
    /** @type {{ unref?: () => void }} */ (/** @type {unknown} */ (timer)).unref?.();
    const keep = (/** @type {Candidates} */ candidates) =>
      controller.signal.aborted || this.#keep(turn, candidates);
    answer.then(keep, () => {}).finally(() => clearTimeout(timer));
  }

  /**
   * An earlier call's answer is no later one's last.
   *
   * @param {number} turn
   * @param {Candidates} candidates
   */
  #keep(turn, candidates) {
    if (!this.#last || turn >= this.#last.turn) this.#last = { turn, candidates };
  }

  /**
   * The ranking of the first candidates that can be ranked: what was retrieved, the last, the
   * catalogue.
   *
   * @param {{ turn: number, candidates?: Candidates, warning?: PocketrecError }} retrieved
   * @param {Person} person
   * @param {Request} request
   * @returns {Promise<Ranking>}
   */
  async #rankFirst({ turn, candidates, warning }, person, request) {
    const { catalogue, retrieve } = this.#options;
    if (candidates) {
      const ranked = await this.#rank(candidates, person, request);
      if (ranked) {
        this.#keep(turn, candidates);
        return {
          source: "retrieved",
          ranked,
          candidates: candidates.items.length,
          pack: candidates.pack,
        };
      }
      warning = new PocketrecError(
        "bad-answer",
        "retrieve",
        "items that the model knows, or a pack where it has none",
        "none",
      );
    }
    const last = retrieve ? this.#last : undefined;
    const ranked = last && (await this.#rank(last.candidates, person, request));
    if (last && ranked) {
      return {
        source: "last",
        ranked,
        candidates: last.candidates.items.length,
        pack: last.candidates.pack,
        warning,
      };
    }
    if (last && last === this.#last) this.#last = undefined;
    if (!catalogue) throw staged("retrieve", warning);
    const best = await this.#rankCatalogue(catalogue, person, request).catch((error) => {
      throw warning && isAboutItems(error.cause) ? staged("retrieve", warning) : error;
    });
    return { source: "catalogue", ranked: best, candidates: catalogue.itemCount, warning };
  }

  /**
   * Undefined where the model knows none of them: they are somebody else's, or nonsense.
   *
   * @param {Candidates} candidates
   * @param {Person} person
   * @param {Request} request
   * @returns {Promise<Ranked[] | undefined>}
   */
  async #rank({ items, pack }, person, { topK, exclude, signal }) {
    const { rank, rerankDepth } = this.#options;
    const most = Math.max(rerankDepth, topK);
    const gone = new Set(exclude);
    const list = items.filter((item) => !gone.has(item));
    if (typeof rank === "function") {
      const about = { ...person, topK: most, signal };
      const ranked = await stage("rank", signal, async () =>
        readRanked(await rank(list, about), "what it gave"),
      );
      return ranked.filter(({ item }) => !gone.has(item)).slice(0, most);
    }
    return stage("rank", signal, async () => {
      const user = await this.#persons.userOf(rank, person);
      try {
        const given = pack ? /** @type {any} */ (pack) : list;
        const ranked = await rank.rank(user, given, { topK: most, exclude: pack ? exclude : [] });
        return ranked.length && ranked.every(({ score }) => score === null) ? undefined : ranked;
      } catch (error) {
        // Names that this model's items cannot have, or a model whose items come in packs only.
        if (!pack && isAboutItems(error)) return undefined;
        throw error;
      }
    });
  }

  /**
   * @param {Model} catalogue
   * @param {Person} person
   * @param {Request} request
   * @returns {Promise<Ranked[]>}
   */
  async #rankCatalogue(catalogue, person, { topK, exclude, signal }) {
    const { rank, rerankDepth } = this.#options;
    const most = Math.max(rerankDepth, topK);
    const best = await stage("rank", signal, async () => {
      return catalogue.recommend(await this.#persons.userOf(catalogue, person), {
        topK: most,
        exclude,
      });
    });
    if (catalogue === rank || !best.length) return best;
    return (
      (await this.#rank({ items: best.map(({ item }) => item) }, person, {
        topK,
        exclude,
        signal,
      })) ?? []
    );
  }
}

/**
 * A stage's work, for no longer than the signal allows; its errors carry its name.
 *
 * @template T
 * @param {string} name
 * @param {AbortSignal | undefined} signal
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
async function stage(name, signal, work) {
  try {
    throwIfAborted(signal, "recommend");
    return await wait((async () => work())(), "recommend", signal);
  } catch (error) {
    throwIfAborted(signal, "recommend");
    throw staged(name, error);
  }
}

/** @param {any} error */
const isAboutItems = (error) =>
  error?.code === "bad-argument" && ["item", "items"].includes(error.subject);

/**
 * @param {string} name
 * @param {unknown} cause
 */
function staged(name, cause) {
  if (!(cause instanceof PocketrecError))
    return new PocketrecError("failed", name, "to finish", String(cause), { cause });
  const { code, subject, expected, found, hint } = cause;
  return new PocketrecError(
    code,
    subject === name ? name : `${name}: ${subject}`,
    expected,
    found,
    { hint, cause },
  );
}
