import { looksLikeRatings } from "../layouts/by-name/rating-output.js";
import { inWords } from "../assumptions.js";
import { chosen, combinations } from "./alternatives.js";

/**
 * Evidence in the file itself: of a model that is stated to predict ratings, only the right order
 * of columns gives scores that lie where ratings do.
 *
 * @typedef {import("../blueprint.js").Blueprint} Blueprint
 * @typedef {import("./alternatives.js").Choice} Choice
 */

/** What changes which column meets which weight. */
const ORDERS = ["join", "concat"];

/**
 * The blueprint with the orders that the file speaks for; itself where it does not speak.
 *
 * @param {Blueprint} blueprint
 * @param {(choice: Choice) => Blueprint} build a blueprint with other options
 * @param {Choice} stated on the command line
 * @returns {Blueprint}
 */
export function withEvidence(blueprint, build, { output, rating }) {
  // Logits of an implicit model in the wrong order may lie there too: ratings must be stated.
  if (output !== "identity" && !rating) return blueprint;
  const orders = blueprint.assumptions.filter(({ subject }) => ORDERS.includes(subject));
  const hasUsers = blueprint.tensors.has("gmf.user") || blueprint.tensors.has("mlp.user");
  if (!orders.length || !hasUsers || (output && output !== "identity")) return blueprint;
  // A file that says itself that its scores are probabilities has no ratings to lie there.
  const isOpen = blueprint.assumptions.some(({ subject }) => subject === "output");
  if (!isOpen && blueprint.description.output === "sigmoid") return blueprint;
  if (looksLikeRatings(blueprint)) return blueprint;
  const [, ...others] = combinations(orders);
  const likely = others.filter((choice) => looksLikeRatings(build(choice)));
  const changes = (/** @type {Choice} */ choice) =>
    chosen(orders, choice).filter(({ value }, k) => value !== orders[k].value);
  const counts = likely.map((choice) => changes(choice).length);
  const fewest = Math.min(...counts);
  // Two equally likely orders are no evidence.
  if (counts.filter((count) => count === fewest).length !== 1) return blueprint;
  const choice = likely[counts.indexOf(fewest)];
  const taken = chosen(orders, choice);
  const better = build(choice);
  const words = changes(choice).map(inWords).join(", ");
  return {
    ...better,
    assumptions: [
      ...taken,
      ...better.assumptions.filter(({ subject }) => !ORDERS.includes(subject)),
    ],
    notes: [...better.notes, `${words}: only then scores lie where ratings do`],
  };
}
