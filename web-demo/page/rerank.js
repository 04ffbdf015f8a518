/**
 * The last stage: variety, and no genre that takes the list over. It knows the package only by what
 * it is given, so that the page and the demo's command line arrange a list in the same way.
 *
 * @typedef {{ variety: number, most: number }} Wishes variety: 0 for none, up to MOST_VARIETY;
 *   most: films of a genre among the first WITHIN
 */

export const WITHIN = 20;
export const MOST_VARIETY = 6;
export const CAPS = [Infinity, 10, 8, 6];
export const FIRST_WISHES = { variety: 3, most: 10 };

const AMONG = 100; // what ranks below is no choice, however different
const PLACES = 60; // more than are shown at first: they stay where they are when more is shown

/**
 * @param {Pick<typeof import("../../js/index.js"), "cap" | "diversify">} pocketrec
 * @param {import("../../js/model/model.js").Model} model the ranker
 * @returns {(list: Ranked[], context: any, how: { wishes: Wishes, genresOf: (item: number) =>
 *   string[] }) => Promise<Ranked[]>} a step of createRecommender, once it is told how
 */
export function arranger({ cap, diversify }, model) {
  const ofPack = new WeakMap();
  let vectors;
  let vary = { variety: 0 };
  const vectorsOf = (list, pack) => {
    if (!pack)
      return centred(
        model,
        list.map(({ item }) => item),
      );
    if (!ofPack.has(pack)) ofPack.set(pack, centred(model, pack));
    return ofPack.get(pack);
  };
  const varied = (list, context, variety) => {
    vectors = vectorsOf(list, context.packOf(model));
    if (vary.variety !== variety) {
      const options = {
        vectors: (item) => vectors.get(item),
        balance: 1 - variety / 10,
        topK: PLACES,
        poolSize: AMONG,
      };
      vary = { variety, step: diversify(options) };
    }
    return vary.step(list, context);
  };
  return async (list, context, { wishes: { variety, most }, genresOf }) => {
    const arranged = variety > 0 ? await varied(list, context, variety) : list;
    return most < Infinity
      ? cap({ groupOf: genresOf, maxPerGroup: most, topK: WITHIN })(arranged)
      : arranged;
  };
}

/** The films' vectors less their mean: what all of them have in common tells none from another. */
function centred(model, candidates) {
  const items = candidates.items ?? candidates;
  const all = model.vectors(candidates);
  const width = all.length / items.length;
  const mean = new Float32Array(width);
  for (let at = 0; at < all.length; at += 1) mean[at % width] += all[at] / items.length;
  const vector = (place) =>
    all.slice(place * width, (place + 1) * width).map((value, k) => value - mean[k]);
  return new Map(items.map((item, place) => [item, vector(place)]));
}

/** @typedef {import("../../js/model/model.js").Ranked} Ranked */
