/** AutoRec by user and by item on the same history: lists and scores by the package. */
import { rowOf } from "../../../../cli/convert/forward/dense.js";
import { openInsides } from "../../models/insides.js";
import { openModel } from "../../models/open-model.js";
import { encode, termsOf } from "./network.js";
import { SHOWN, itemsOf } from "./run.js";

/**
 * @param {import("./run.js").History} history
 * @param {number | null} asked the film whose score is shown; default the first of the list by user
 */
export async function runBoth(history, asked) {
  const names = ["autorec", "autorec-item"];
  const models = await Promise.all(names.map(openModel));
  const [insides, itemInsides] = await Promise.all(names.map(openInsides));
  const users = await Promise.all(models.map((model) => model.user({ history })));
  const [byUser, byItem] = await Promise.all(
    models.map((model, at) =>
      model.recommend(users[at], { topK: SHOWN, exclude: itemsOf(history) }),
    ),
  );
  const item = [asked, byUser[0].item].find((one) => itemInsides.rowOf(one ?? NaN) !== undefined);
  const [[userScore], [itemScore]] = await Promise.all(
    models.map((model, at) => model.score(users[at], [item])),
  );
  const vector = await users[1].vector;
  return {
    item,
    byUser: { list: byUser, score: userScore, ...ofUser(insides, history, item) },
    byItem: { list: byItem, score: itemScore, ...ofItem(itemInsides, vector, item) },
  };
}

/** The row of a user goes in: its code, and the output weights of the film. */
function ofUser(insides, history, item) {
  const { inputs, code } = encode(insides, history);
  const { weights, bias } = termsOf(insides, code, insides.rowOf(item));
  return { inputs, code, weights, bias };
}

/** The column of a film went in, in training: its code, and the output row of the user. */
function ofItem({ tensors, rowOf: find }, vector, item) {
  const code = rowOf(tensors.get("item.code"), find(item));
  return { code, weights: [...vector.subarray(0, -1)], bias: vector.at(-1) };
}
