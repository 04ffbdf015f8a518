/** CDAE with more or less of its user node: the code from the network, the list by the package. */
import { openInsides } from "../../models/insides.js";
import { openModel } from "../../models/open-model.js";
import { encode } from "./network.js";
import { SHOWN, itemsOf, shared } from "./run.js";

/**
 * @param {import("./run.js").History} history
 * @param {number} share of the average node: 1 is what every new user gets
 */
export async function runWithNode(history, share) {
  const [model, insides] = await Promise.all([openModel("cdae"), openInsides("cdae")]);
  const { code, node } = encode(insides, history, share);
  const users = await Promise.all([
    model.user({ history }),
    model.user({ vector: Float32Array.from(code) }),
  ]);
  const [usual, list] = await Promise.all(
    users.map((user) => model.recommend(user, { topK: SHOWN, exclude: itemsOf(history) })),
  );
  return { code, node, usual, list, kept: shared(usual, list) };
}
