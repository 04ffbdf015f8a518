import { UNUSED, emptyBlueprint, unusedTensors } from "../../blueprint.js";
import { transposed } from "../../matrix.js";
import { identity, need, putWindow, take } from "./parts.js";

/**
 * GRU4Rec under the names of its authors' PyTorch code. The first layer reads the outputs' table, a
 * table of its own, or what an item adds to its gates.
 *
 * @typedef {import("../../checkpoint.js").Checkpoint} Checkpoint
 * @typedef {import("../../checkpoint.js").ForeignTensor} ForeignTensor
 * @typedef {import("../../blueprint.js").Blueprint} Blueprint
 */

/** @type {import("../../blueprint.js").Layout} */
export function gru4recAuthorsLayout(checkpoint, { kind, window }) {
  const { tensors } = checkpoint;
  const isTheirs = ["Wy.weight", "By.weight"].every((name) => tensors.has(name));
  if (!isTheirs || (kind ?? "gru4rec") !== "gru4rec") return undefined;
  const blueprint = emptyBlueprint("GRU4Rec of its authors", "gru4rec", { reset: "after" });
  putWindow(blueprint, window);
  const isGates = tensors.has("GE.Wx0.weight");
  const hasOwn = isGates || tensors.has("E.weight");
  take(blueprint, checkpoint, "Wy.weight", hasOwn ? "item.output" : "item.embedding");
  take(blueprint, checkpoint, "By.weight", "item.bias", ({ values }) => ({
    shape: [values.length],
    values,
  }));
  take(blueprint, checkpoint, "E.weight", "item.embedding");
  if (isGates) takeGates(blueprint, checkpoint);
  const first = isGates ? 1 : 0;
  for (let k = 0; tensors.has(`G.${k}.weight_hh`); k++)
    for (const [side, own] of [
      ["ih", "input"],
      ["hh", "hidden"],
    ])
      for (const part of ["weight", "bias"])
        need(blueprint, checkpoint, `G.${k}.${part}_${side}`, `gru.${first + k}.${own}.${part}`);
  blueprint.unused = unusedTensors(checkpoint, blueprint.used, UNUSED.model);
  return blueprint.tensors.has("gru.0.hidden.weight") ? blueprint : undefined;
}

/**
 * The first layer over a table of gates. Theirs lie in the order n, r, z, and their z is the part
 * of the new state, PyTorch's that of the old one: 1 - sigmoid(x) = sigmoid(-x).
 *
 * @param {Blueprint} blueprint changed
 * @param {Checkpoint} checkpoint
 */
function takeGates(blueprint, checkpoint) {
  const gates = checkpoint.tensors.get("GE.Wh0")?.shape[1] ?? 0;
  const width = gates / 3;
  /** Which of their rows is ours, and its sign. */
  const rows = Array.from({ length: gates }, (_, k) => ({
    from: (k + width) % gates,
    sign: k >= width && k < 2 * width ? -1 : 1,
  }));
  const ordered = (/** @type {ForeignTensor} */ { shape, values }) => {
    const columns = values.length / gates;
    const own = new Float32Array(values.length);
    rows.forEach(({ from, sign }, k) => {
      for (let c = 0; c < columns; c++) own[k * columns + c] = sign * values[from * columns + c];
    });
    return { shape, values: own };
  };
  need(blueprint, checkpoint, "GE.Wx0.weight", "item.embedding", (table) =>
    transposed(ordered(transposed(table))),
  );
  need(blueprint, checkpoint, "GE.Wh0", "gru.0.hidden.weight", (weight) =>
    ordered(transposed(weight)),
  );
  need(blueprint, checkpoint, "GE.Bh0", "gru.0.input.bias", ordered);
  blueprint.tensors.set("gru.0.input.weight", identity(gates));
}
