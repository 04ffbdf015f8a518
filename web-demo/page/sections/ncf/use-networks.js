/** What the section computes: the visitor in each model, their rankings, and the fused NeuMF. */
import { useModel, openOwn } from "../../models/open-model.js";
import { fetchBytes, openInsides } from "../../models/insides.js";
import { useResult } from "../../state/use-result.js";

/** Films of the joined list: no more than the section shows, as it follows a knob. */
const LISTED = 20;

/**
 * The models as components see them, and the visitor in each.
 *
 * @param {{ item: number, rating: number }[]} history
 */
export function useNetworks(history) {
  const openings = { gmf: useModel("gmf"), mlp: useModel("mlp"), neumf: useModel("neumf") };
  const models = Object.values(openings).map(({ model }) => model);
  const { value, error, isBusy } = useResult(async () => {
    if (!models.every(Boolean)) return undefined;
    const started = performance.now();
    const [gmf, mlp, neumf] = await Promise.all(models.map((model) => seenBy(model, history)));
    const time = performance.now() - started;
    const [gmfInsides, mlpInsides] = await Promise.all([openInsides("gmf"), openInsides("mlp")]);
    return { gmf, mlp, neumf, gmfInsides, mlpInsides, time };
  }, [...models, JSON.stringify(history)]);
  return { openings, people: value, error, isBusy };
}

/** The visitor in a model, and the order of all films but those of the history. */
async function seenBy(model, history) {
  const user = await model.user({ history });
  const exclude = history.map(({ item }) => item);
  const list = await model.recommend(user, { topK: model.itemCount, exclude, raw: true });
  return { model, user, vector: await user.vector, list };
}

/**
 * The two networks as one, by the package: loadModel({ gmf, mlp, alpha }). The visitor's vector is
 * that of the GMF and that of the MLP, side by side, so the logits mix as alpha and 1 - alpha.
 *
 * @param {any} people of useNetworks
 * @param {{ item: number, rating: number }[]} history
 * @param {number} alpha
 * @param {number} chosen a film's id; where the models know no such film, the first of the list
 */
export function useJoined(people, history, alpha, chosen) {
  const exclude = history.map(({ item }) => item);
  return useResult(async () => {
    if (!people) return undefined;
    const source = { ...(await weights()), alpha };
    const started = performance.now();
    const model = await openOwn(source);
    try {
      const vector = Float32Array.of(...people.gmf.vector, ...people.mlp.vector);
      const user = await model.user({ vector });
      const list = await model.recommend(user, { topK: LISTED, exclude });
      const time = people.time + performance.now() - started;
      const isKnown = [people.gmfInsides, people.mlpInsides].every(
        ({ rowOf }) => rowOf(chosen) !== undefined,
      );
      const film = isKnown ? chosen : list[0].item;
      const all = [people.gmf, people.mlp, { model, user }];
      const [gmf, mlp, joined] = await Promise.all(all.map((one) => scoreOf(one, film)));
      return { people, list, vector, alpha, film, scores: { gmf, mlp, joined }, time };
    } finally {
      await model.dispose();
    }
  }, [people, alpha, chosen]);
}

const scoreOf = async ({ model, user }, film) => (await model.score(user, [film]))[0];

let opening;

/** The bytes of both files, outside of the memory of JavaScript. */
function weights() {
  opening ??= Promise.all(["gmf", "mlp"].map(blobOf)).then(([gmf, mlp]) => ({ gmf, mlp }));
  opening.catch(() => (opening = undefined));
  return opening;
}

const blobOf = async (name) => new Blob([await fetchBytes(name)]);
