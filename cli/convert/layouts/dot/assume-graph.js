import { assumed } from "../shared/assume.js";

/**
 * The interactions of --data look like others of the same users and items: scores of the
 * framework alone prove them.
 *
 * @param {import("../../blueprint.js").Blueprint} blueprint changed
 * @param {import("./graph.js").Graph} graph
 */
export function assumeGraph({ assumptions, notes }, { weight, repeated }) {
  const repeats = repeated ? `, ${repeated} of them repeated` : "";
  const count = `${weight.length} interactions of --data${repeats}`;
  assumptions.push(assumed("graph", count, [count]));
  notes.push(
    `the embeddings are propagated over the graph of the ${count}: they must be those of the ` +
      "training, without those held out for validation and test",
  );
}
