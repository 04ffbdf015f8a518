/**
 * What a layout takes for granted because the file does not say it.
 *
 * @typedef {object} Assumption
 * @property {string} subject "activation", "join", "concat", "output", "mean", "epsilon", "tables";
 *   "code": what is computed and nothing else; "unused": what lies beside the tensors; "added": a
 *   single number; "block": the one that was trained; "order": of the layers
 * @property {string | number | string[]} value
 * @property {(string | number | string[])[]} alternatives what the file does not exclude, `value`
 *   among them
 * @property {string} [option] of the command line that settles it, such as "--activation"
 * @property {boolean} [checked] whether scores of the framework have proved it (--expect)
 *
 * @typedef {object} Assumed an assumption in the metadata of a weights file
 * @property {string} subject
 * @property {string | number | string[]} value
 * @property {boolean} [checked] whether scores of the framework have proved it (--expect)
 */

/** Words for values that do not speak for themselves. @type {Record<string, string>} */
const WORDS = {
  "join gmf-mlp": "GMF first",
  "join mlp-gmf": "MLP first",
  "concat user-item": "user first",
  "concat item-user": "item first",
  "block gmf": "the MLP's block not trained",
  "block mlp": "the GMF's block not trained",
  "mean 0": "no global mean",
  "norm before": "norms before the activation",
  "norm behind": "norms behind the activation",
  "head first": "the first head gives the mean",
  "head second": "the second head gives the mean",
  "normalize l2": "input of length 1",
  "normalize none": "input as it is",
  "direction rows": "rows for the history's items",
  "direction columns": "columns for the history's items",
  "input binary": "an interaction counts 1",
  "input rating": "ratings as input",
  "vectors l2": "item vectors of length 1",
  "vectors none": "item vectors as they are",
  "diagonal 1": "an item says nothing of itself",
  "diagonal 0": "an item counts for itself",
  "norm order after": "norms after the sums",
  "norm order before": "norms before the layers",
  "norm order query": "norms of the queries",
  "empty positions masked": "positions before a short history masked",
  "empty positions zero": "positions before a short history zero",
  "empty positions attended": "positions before a short history attended to",
};

/**
 * "relu", "GMF first", "output sigmoid"
 * @param {Assumed} assumed
 */
export function inWords({ subject, value }) {
  const text = Array.isArray(value) ? value.join(",") : String(value);
  if (subject === "code") return `nothing computed but ${text}`;
  if (subject === "order") return `layers in the order ${text.replaceAll(",", ", ")}`;
  if (subject === "added") return `${text} added to every score`;
  if (subject === "unused") return `${text.replaceAll(",", ", ")} not used`;
  const known = WORDS[`${subject} ${text}`];
  return known ?? (subject === "activation" ? text : `${subject} ${text}`);
}

/**
 * The assumptions of a weights file in one line each: those that are open, then what scores of the
 * framework have proved.
 *
 * @param {{ assumed?: any[], provenance?: Record<string, any> }} info the metadata
 * @returns {string[]} "assumed: relu, GMF first; not checked against the framework"
 */
export function assumptionLines({ assumed = [], provenance }) {
  const open = assumed.filter(({ checked }) => !checked).map(inWords);
  const proved = assumed.filter(({ checked }) => checked).map(inWords);
  const scores = provenance?.converted?.checked;
  const words = [...proved, ...(typeof scores === "string" ? [scores] : [])].join(", ");
  return [
    ...(open.length ? [`assumed: ${open.join(", ")}; not checked against the framework`] : []),
    ...(words ? [`checked against the framework: ${words}`] : []),
  ];
}
