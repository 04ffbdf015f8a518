import { NCF_TENSORS } from "../../runtime/abi.js";
import { ExpectedTensors } from "../../file/expected-tensors.js";
import { placeParts } from "../../runtime/place-tensors.js";
import { NCF_STORE } from "./plan.js";
import { ncfPackItems } from "./pack-items.js";

/**
 * The item side of a candidate pack: the halves that the model's own items have, the MLP half
 * folded or not.
 *
 * @param {import("../../model/engine.js").Engine} engine
 * @param {import("../family.js").Tensors} tensors
 * @param {import("../../file/item-ids.js").ItemIndex} ids
 */
export function openNcfPack(engine, tensors, { count }) {
  const { gmf, mlp, mlpItem, hidden, hasItemBias } = /** @type {import("./plan.js").NcfPlan} */ (
    engine.plan
  );
  const expected = new ExpectedTensors(tensors, engine.info.kind);
  const need = (/** @type {string} */ name, /** @type {number} */ width) =>
    expected.need(name, [count, width], NCF_TENSORS[name]);
  if (gmf) need("gmf.item", gmf);
  if (mlp && mlpItem && !tensors.has("mlp.item_hidden")) need("mlp.item", mlpItem);
  else if (mlp) need("mlp.item_hidden", hidden);
  if (hasItemBias)
    expected.take("item.bias", [count], NCF_TENSORS["item.bias"], { isColumn: true });
  const place = () => placeParts(engine, NCF_STORE, expected.list, tensors);
  return ncfPackItems(engine, count, place);
}
