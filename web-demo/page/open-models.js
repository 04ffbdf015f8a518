/** The loaded models, and the one being loaded: choosing another aborts its download. */
import { MODELS } from "./models.js";
import { Ranking } from "./ranking.js";
import { TwoStages } from "./two-stages.js";
import { loadKept } from "./weights.js";

export class OpenModels {
  #arrived = new Map();
  #coming = new AbortController();
  #genresOf;

  /** @param {(film: number) => string[]} genresOf */
  constructor(genresOf) {
    this.#genresOf = genresOf;
  }

  /**
   * @param {string} name
   * @param {(progress: { loaded: number, total?: number }) => void} onProgress
   * @returns {Promise<Ranking | null>} null where another was chosen in the meantime
   */
  async open(name, onProgress) {
    this.#coming.abort();
    const { signal } = (this.#coming = new AbortController());
    try {
      if (!this.#arrived.has(name))
        this.#arrived.set(name, await load(name, signal, onProgress, this.#genresOf));
    } catch (error) {
      if (!signal.aborted) throw error;
    }
    return signal.aborted ? null : this.#arrived.get(name);
  }

  /** Forgets the visitor in every model. */
  forget() {
    for (const ranking of this.#arrived.values()) ranking.forget();
  }

  /** Drops a model that failed; the next time it is fetched again. */
  discard(name) {
    this.#arrived.get(name)?.dispose();
    this.#arrived.delete(name);
  }
}

async function load(name, signal, onProgress, genresOf) {
  const { model, size } = await loadKept(MODELS[name].weights, {
    signal,
    onProgress: (progress) => signal.aborted || onProgress(progress),
  });
  const pocketrec = await import("/dist/index.js");
  if (model.kind === "ranker") return new TwoStages(name, model, size, pocketrec, genresOf);
  return new Ranking(name, model, size, pocketrec.corrupt);
}
