/**
 * The two stages of Covington et al. (2016) at work. Candidates come from the server, the same for
 * everybody, with what the ranker has to know of each (a candidate pack); or from the first stage
 * on this device, where the visitor wants it so, or where the server has given nothing yet. Ranking
 * and re-ranking are done here.
 */
import { addressOf } from "./candidates.js";
import { leaveOneOut } from "./left-out.js";
import { describe } from "./person.js";
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

  /** Why films are recommended, as long as the ratings stay the same. */
  reasons = new Map();

  #pocketrec;
  #genresOf;
  #server;
  #device = null;
  #opening = null;
  #packs = new Map(); // by address: a list that was here is not asked for again
  #fetchTimes = new WeakMap();
  #made = "";
  #shown = null; // what the last list was made of
  #effects = null;

  /**
   * @param {string} name
   * @param {import("../../js/model/model.js").Model} ranker without films of its own: what it ranks
   *   are packs
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
   * Fetches what the first stage needs on this device: its own weights, and the ranker with all
   * films.
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
   * The list for these ratings; without any, the candidates as they come. The server is told what
   * is asked for and nothing of the ratings.
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
    const genresOf = (id) => this.#genresOf(id).filter((genre) => isHere || genre !== asked.list); // that one says nothing
    const request = { asked, wishes, genresOf, ...describe(ratings) };
    if (isHere) return this.#rankHere(request, topK);
    try {
      return this.#told(this.#server, request, await this.#server.rank(request, topK), topK);
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
      ...this.#told(this.#device, request, await this.#device.rank(request, topK), topK),
      warning,
      isHere: true,
    };
  }

  #told(stages, request, result, topK) {
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
    // A list that was here came in no time: what counts is how long it took when it came.
    if (!this.#fetchTimes.has(candidates)) this.#fetchTimes.set(candidates, times.retrieve);
    const retrieve = this.#fetchTimes.get(candidates);
    const funnel = { ...counts, shown: films.length, risen, times: { ...times, retrieve } };
    return { films, count: counts.ranked, items, asked, warning, funnel, isHere: false };
  }

  /** Finds out why a film of the last list is there. */
  explain(id) {
    const { ranker, request, candidates } = this.#shown;
    this.#effects ??= leaveOneOut(ranker, request, candidates);
    this.reasons.set(id, speaking(this.#effects.get(id).slice(0, REASONS)));
  }

  /** Lets what was made of the visitor go too. */
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

/** The first stage on this device: it looks at every film there is. */
function find(finder, { history, features: { count } }) {
  const user = finder.user({ history, features: { count } });
  return finder.recommend(user, { topK: FOUND_HERE, exclude: user.items }).map(({ item }) => item);
}
