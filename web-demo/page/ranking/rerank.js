/**
 * Re-ranking: less known films, variety, and a limit of films per genre. The package is passed in,
 * so that the page and the demo's command line share this code.
 *
 * @typedef {object} Wishes
 * @property {number} [novelty] the strength of the package's `novelty`; 0 (default): none
 * @property {number} variety 0 for none, up to MAX_VARIETY
 * @property {number} maxPerGenre films of a genre in the first CAP_TOP
 */

export const CAP_TOP = 20;
export const MAX_VARIETY = 6;
export const CAPS = [Infinity, 10, 8, 6];
export const FIRST_WISHES = { novelty: 0, variety: 1, maxPerGenre: 10 };

const POOL_SIZE = 100; // a film ranked below is never moved up
const POSITIONS = 60; // more than are shown at first, so that "Show more" moves none

/**
 * @param {Pick<typeof import("../../../js/index.js"), "cap" | "diversify" | "novelty">} pocketrec
 * @param {Ranker} model the ranker, in a worker or not. Its file or its packs say how well known
 *   films are
 * @returns {Arranger} a step of createRecommender, with its settings. Arranging the same list again
 *   asks the model nothing
 */
export function arranger({ cap, diversify, novelty }, model) {
  const known = new WeakMap(); // by list, or by the pack that it comes from
  const knowledgeOf = (list, pack) => {
    const key = pack ?? list;
    if (!known.has(key)) known.set(key, knowledge(model, pack ?? list.map(({ item }) => item)));
    return known.get(key);
  };
  let vectors;
  let vary = { variety: 0 };
  const varied = async (list, context, variety, about) => {
    vectors = await about.vectors();
    if (vary.variety !== variety) {
      const options = {
        vectors: (item) => vectors.get(item),
        balance: 1 - variety / 10,
        topK: POSITIONS,
        poolSize: POOL_SIZE,
      };
      vary = { variety, step: diversify(options) };
    }
    return vary.step(list, context);
  };
  const fresh = async (list, strength, about) => {
    const { output } = model.info;
    return novelty({ popularity: await about.popularity(), output, strength })(list);
  };
  const arrange = async (list, context, { wishes, genresOf }) => {
    const { novelty: strength = 0, variety, maxPerGenre } = wishes;
    const about = knowledgeOf(list, context.packOf(model));
    const moved = strength > 0 ? await fresh(list, strength, about) : list;
    const arranged = variety > 0 ? await varied(moved, context, variety, about) : moved;
    return maxPerGenre < Infinity
      ? cap({ groupOf: genresOf, maxPerGroup: maxPerGenre, topK: CAP_TOP })(arranged)
      : arranged;
  };
  const popularity = (list, pack) => knowledgeOf(list, pack).popularity();
  return Object.assign(arrange, { popularity });
}

/** What the model knows of films, read when it is first needed. */
function knowledge(model, candidates) {
  let vectors;
  let popularity;
  return {
    vectors: () => (vectors ??= centred(model, candidates)),
    popularity: () => (popularity ??= counted(model, candidates)),
  };
}

/** The item vectors minus their mean, so that what all films share does not count. */
async function centred(model, candidates) {
  const items = candidates.items ?? candidates;
  const all = await model.vectors(candidates);
  const width = all.length / items.length;
  const mean = new Float32Array(width);
  for (let at = 0; at < all.length; at += 1) mean[at % width] += all[at] / items.length;
  const vector = (place) =>
    all.slice(place * width, (place + 1) * width).map((value, k) => value - mean[k]);
  return new Map(items.map((item, place) => [item, vector(place)]));
}

async function counted(model, candidates) {
  const counts = await model.popularity(candidates);
  return new Map((candidates.items ?? candidates).map((item, place) => [item, counts[place]]));
}

/**
 * @typedef {import("../../../js/model/model-types.js").Ranked} Ranked
 *
 * @typedef {((list: Ranked[], context: any, how: { wishes: Wishes, genresOf: (item: number) =>
 *   string[] }) => Promise<Ranked[]>) & { popularity: (list: Ranked[], pack?: object) =>
 *   Promise<Map<number, number>> }} Arranger
 *
 * @typedef {Pick<import("../../../js/worker/model.js").WorkerModel, "info" | "vectors" |
 *   "popularity">} Ranker
 */
