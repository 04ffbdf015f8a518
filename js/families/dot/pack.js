import { ExpectedTensors } from "../../file/expected-tensors.js";
import { placeItems, takeBiases, takeItems } from "./plan.js";
import { dotPackItems } from "./pack-items.js";

/**
 * The item side of a candidate pack: `item.vector` (items, width) in any dtype, and `item.bias`
 * where the model's items have one.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {import("../family.js").Tensors} tensors
 * @param {import("../../file/item-ids.js").ItemIndex} ids
 */
export function openDotPack(engine, tensors, { count }) {
  const { width, hasItemBias } = /** @type {import("./plan.js").DotPlan} */ (engine.plan);
  const expected = new ExpectedTensors(tensors, engine.info.kind);
  const dtype = takeItems(expected, count, width);
  if (hasItemBias) takeBiases(expected, count);
  return dotPackItems(engine, count, dtype, () => placeItems(engine, expected.list, tensors));
}
