/**
 * The two stages of Covington et al. (2016). Candidates come from the server, the same for every
 * visitor, as a candidate pack with the features that the ranker needs; or from the first stage on
 * this device, if the visitor chooses so or the server has sent nothing yet. Ranking and re-ranking
 * run here.
 */
import { addressOf } from "./candidates.js";
import { leaveOneOut } from "./left-out.js";
import { describe } from "./user-input.js";
import { withMovement } from "./ranking.js";
import { speaking } from "./reasons.js";
import { Stages } from "./stages.js";
import { loadKept } from "./weights.js";

const CANDIDATES = "/models/candidates.safetensors";
const RANKER = "/models/ranker.safetensors";
const FOUND_HERE = 500;
const REASONS = 2;

export class TwoStages {
  isProbability = false;
  isPipeline = true;

  /** Reasons by film, valid until the ratings change. */
  reasons = new Map();

  #pocketrec;
  #genresOf;
  #server;
  #device = null;
  #opening = null;
  #packs = new Map(); // by address: no list is requested twice
  #fetchTimes = new WeakMap();
  #made = "";
  #shown = null; // the input of the last list
  #effects = null;

  /**
   * @param {string} name
   * @param {import("../../js/model/model.js").Model} ranker without its own items
   * @param {number} bytes of its file
   * @param {typeof import("../../js/index.js")} pocketrec
   * @param {(item: number) => string[]} genresOf
   */
  constructor(name, ranker, bytes, pocketrec, genresOf) {
    Object.assign(this, { name, model: ranker, bytes });
    this.#pocketrec = pocketrec;
    this.#genresOf = genresOf;
    this.#server = new Stages(pocketrec, ranker, ({ asked }) => this.#fetchPack(asked));
  }

  /**
   * Fetches the first stage's weights, and the ranker with all films.
   * @param {(progress: { loaded: number, total?: number }) => void} [onProgress]
   */
  openDevice(onProgress = () => {}) {
    this.#opening ??= this.#openDevice(onProgress).catch((error) => {
      this.#opening = null;
      throw error;
    });
    return this.#opening;
  }

  async #openDevice(onProgress) {
    const files = [CANDIDATES, RANKER].map((address) => ({ address, loaded: 0, total: NaN }));
    const sum = (key) => files.reduce((total, file) => total + file[key], 0);
    const [finder, ranker] = await Promise.all(
      files.map((file) =>
        loadKept(file.address, {
          onProgress(progress) {
            Object.assign(file, progress);
            onProgress({ loaded: sum("loaded"), total: sum("total") || undefined });
          },
        }),
      ),
    );
    this.#device = new Stages(this.#pocketrec, ranker.model, async (request) =>
      find(finder.model, request),
    );
  }

  /**
   * The list for these ratings; without ratings, the candidates in the given order. The server
   * learns what is requested, and nothing about the ratings.
   *
   * @param {[id: number, stars: number][]} ratings
   * @param {{ asked: import("./candidates.js").Asked, isHere: boolean }} from
   * @param {number} topK
   * @param {import("./rerank.js").Wishes} wishes
   */
  async rank(ratings, { asked, isHere }, topK, wishes) {
    const made = JSON.stringify(ratings);
    if (made !== this.#made) this.reasons = new Map();
    this.#made = made;
    // In a list of one genre, that genre does not count.
    const genresOf = (id) => this.#genresOf(id).filter((genre) => isHere || genre !== asked.list);
    const request = { asked, wishes, genresOf, ...describe(ratings) };
    if (isHere) return this.#rankHere(request, topK);
    try {
      return this.#present(this.#server, request, await this.#server.rank(request, topK), topK);
    } catch (error) {
      if (!error.subject?.startsWith("retrieve")) throw error;
      return this.#rankHere(request, topK, error);
    }
  }

  async #rankHere(request, topK, warning) {
    try {
      await this.openDevice();
    } catch (error) {
      throw warning ?? error;
    }
    return {
      ...this.#present(this.#device, request, await this.#device.rank(request, topK), topK),
      warning,
      isHere: true,
    };
  }

  #present(stages, request, result, topK) {
    const { candidates, asked, warning, counts, times, risen } = result;
    const items = candidates.items ?? candidates;
    this.#shown = { ranker: stages.ranker, request, candidates };
    this.#effects = null;
    const rated = new Set(request.history.map(({ item }) => item));
    const films =
      rated.size > 0
        ? withMovement(
            result.recommendations,
            items.filter((id) => !rated.has(id)),
          )
        : items.slice(0, topK).map((id) => ({ id }));
    // A list from memory takes no time: shown is the time of its download.
    if (!this.#fetchTimes.has(candidates)) this.#fetchTimes.set(candidates, times.retrieve);
    const retrieve = this.#fetchTimes.get(candidates);
    const funnel = { ...counts, shown: films.length, risen, times: { ...times, retrieve } };
    return { films, count: counts.ranked, items, asked, warning, funnel, isHere: false };
  }

  /** Computes the reasons for a film of the last list. */
  explain(id) {
    const { ranker, request, candidates } = this.#shown;
    this.#effects ??= leaveOneOut(ranker, request, candidates);
    this.reasons.set(id, speaking(this.#effects.get(id).slice(0, REASONS)));
  }

  /** Forgets the visitor. */
  forget() {
    this.reasons = new Map();
    this.#effects = this.#shown = null;
  }

  dispose() {
    for (const stages of [this.#server, this.#device]) stages?.ranker.dispose();
  }

  #fetchPack(asked) {
    const address = addressOf(asked, { rows: true });
    if (!this.#packs.has(address)) {
      const pack = this.model.openCandidates(address);
      pack.catch(() => this.#packs.delete(address));
      this.#packs.set(address, pack);
    }
    return this.#packs.get(address);
  }
}

/** The first stage on this device: a scan of the whole catalogue. */
export function find(finder, { history, features: { count } }) {
  const user = finder.user({ history, features: { count } });
  return finder.recommend(user, { topK: FOUND_HERE, exclude: user.items }).map(({ item }) => item);
}
