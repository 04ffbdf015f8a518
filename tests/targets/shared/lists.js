// The lists that must be the same in every browser and runtime, to the last bit of each score. This
// file imports nothing and names no file: whatever runs it passes the package and the weights.

/** The demo's weights, one of each way to compute: web-demo/models/NAME.safetensors. */
export const MODELS = [
  "gmf",
  "mlp",
  "neumf",
  "ae",
  "cdae",
  "mult-dae",
  "autorec",
  "autorec-item",
  "ease",
  "ials",
  "sasrec",
  "candidates",
  "ranker",
];

const SPACE_OPERAS = [
  { item: 260, rating: 5 },
  { item: 1196, rating: 4.5 },
  { item: 1214, rating: 4 },
];
const TWELVE = [
  ...[318, 296, 593, 2571, 356, 527].map((item, at) => ({ item, rating: 5 - at / 2 })),
  ...[480, 110, 50, 589, 1, 4993].map((item, at) => ({ item, rating: 1 + (at % 4) })),
];
const HISTORIES = { none: [], one: [{ item: 39, rating: 4 }], SPACE_OPERAS, TWELVE };

const TOP = 40;

/**
 * Computes the lists of one model: for each history what it recommends, the list after `diversify`
 * and `novelty`, what is behind its first item, and the list after an update; then similar items.
 *
 * @param {{ diversify: Function, novelty: Function }} pocketrec
 * @param {any} model loaded with `simd: "simd128"`, in a worker or not
 * @returns {Promise<string[]>} lines of text: what was asked, then items and the bits of their
 *   scores
 */
export async function listsOf(pocketrec, model) {
  const lines = [];
  for (const [name, history] of Object.entries(HISTORIES)) {
    const user = await model.user({ history, ...featuresFor(model, history) });
    const list = await model.recommend(user, { topK: TOP });
    lines.push(`${name}: ${written(list)}`);

    const diversify = pocketrec.diversify({ model, simd: "simd128" });
    const novelty = pocketrec.novelty({ model, strength: 0.1 });
    lines.push(`${name}, diversify: ${await attempt(() => diversify(list, { topK: TOP }))}`);
    lines.push(`${name}, novelty: ${await attempt(() => novelty(list, { topK: TOP }))}`);

    if (history.length === 0) continue;
    lines.push(`${name}, why: ${await attempt(() => model.explain(user, list[0].item))}`);
    await user.update({ add: [{ item: 4993, rating: 3.5 }], remove: [history[0].item] });
    lines.push(`${name}, updated: ${written(await model.recommend(user, { topK: TOP }))}`);
  }
  lines.push(`similar: ${await attempt(() => model.similar(260, { topK: TOP }))}`);
  return lines;
}

/** The lines of all models, each beginning with its name. @param {(name: string) => any} load */
export async function allLists(pocketrec, load, names = MODELS) {
  const lines = [];
  for (const name of names) {
    const model = await load(name);
    lines.push(...(await listsOf(pocketrec, model)).map((line) => `${name}, ${line}`));
    await model.dispose();
  }
  return lines;
}

/** A ranker has features of the user: the number of ratings, and their mean. */
function featuresFor({ kind }, history) {
  if (kind !== "ranker" || history.length === 0) return {};
  const sum = history.reduce((total, { rating }) => total + rating, 0);
  return { features: { count: history.length, mean_rating: sum / history.length } };
}

/** The list of a call, or the code of its error: some kinds have no vectors and no reasons. */
async function attempt(call) {
  try {
    return written(await call());
  } catch (error) {
    if (error.code !== "unsupported") throw error;
    return error.code;
  }
}

const written = (list) =>
  list.map(({ item, score, effect }) => `${item} ${bitsOf(score ?? effect)}`).join(", ");

/** A number's 64 bits, as hexadecimal digits. */
function bitsOf(number) {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, number);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}
