import { catalogue } from "../../models/films.js";
import { openInsides } from "../../models/insides.js";
import { useModel } from "../../models/open-model.js";
import { useResult } from "../../state/use-result.js";
import { OWN, best } from "./films.js";
import { unit, worldOf } from "./server.js";
import { tastesOf, userOf } from "./tastes.js";

const MODEL = "candidates";

/**
 * The model of the user vector, what everybody knows, and this visitor.
 *
 * @param {import("../../state/visitor.js").Rating[]} ratings
 */
export function useWorld(ratings) {
  const opening = useModel(MODEL);
  const { model } = opening;
  const known = useResult(async () => {
    if (!model) return undefined;
    const [insides, tastes] = await Promise.all([
      openInsides(MODEL),
      tastesOf(
        model,
        catalogue.value.ids.map((id) => catalogue.value.get(id)),
      ),
    ]);
    const table = insides.tensors.get("item.embedding");
    const films = { width: table.shape[1], values: table.values };
    return { insides, films, world: worldOf(tastes) };
  }, [model]);
  const visitor = useResult(async () => {
    if (!known.value) return undefined;
    const { films, world, insides } = known.value;
    const ids = ratings.map(([id]) => id);
    const history = ratings.map(([item, rating]) => ({ item, rating }));
    const user = await userOf(model, history);
    const [vector, list] = await Promise.all([
      user.vector,
      model.recommend(user, { topK: 10, exclude: ids }),
    ]);
    const direction = unit(vector);
    const rated = new Set(ids.map(insides.rowOf));
    return {
      count: ids.length,
      vector,
      list,
      direction,
      nearest: nearestOf(world, direction),
      own: best(films, direction, OWN, rated),
    };
  }, [known.value, JSON.stringify(ratings)]);
  return { opening, error: known.error ?? visitor.error, ...known.value, visitor: visitor.value };
}

/** As randomised response chooses it: the smallest angle. */
export function nearestOf({ tastes }, direction) {
  const cosines = tastes.map(({ vector }) =>
    vector.reduce((sum, value, k) => sum + value * direction[k], 0),
  );
  return cosines.indexOf(Math.max(...cosines));
}
