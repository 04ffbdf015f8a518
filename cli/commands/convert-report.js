import { assumptionLines } from "../convert/assumptions.js";
import { bytes as size, note, say, table } from "./terminal.js";

/**
 * Prints what a conversion did, and to standard error what it assumed.
 *
 * @param {string} path of the new file
 * @param {import("../convert/convert.js").Converted} converted
 */
export function printConverted(path, { bytes, blueprint, finished, proof }) {
  const { layout, kind, unused, notes, padding, assumptions } = blueprint;
  const { file, itemCount, droppedTables, isFolded } = finished;
  say(`${path}: ${kind}, ${itemCount} items, ${size(bytes.length)}, from ${layout}`);
  const checks = file.description.check.length;
  say(
    checks
      ? `verified: the scores of ${checks} users match the equations`
      : "not verified: there are no check vectors for this kind",
  );
  if (droppedTables.length) {
    const kept = summaryOf(file);
    const rest = kept ? `; their ${kept} kept for new users` : "";
    say(`removed: ${droppedTables.join(", ")} (trained users)${rest}`);
  }
  if (padding) say(`removed: ${padding} padding ${padding === 1 ? "row" : "rows"}`);
  if (isFolded) say("folded: the item half of the first layer");
  if (!file.kept.has("item_ids")) say("items are named by row; --items sets your app's ids");
  printAssumptions(file.description, assumptions, proof);
  for (const text of notes) note(`note: ${text}`);
  if (unused.size) note(["unused tensors of the input:", ...table(["tensor", "why"], [...unused])]);
}

/**
 * What a file keeps of the trained users.
 * @param {import("../convert/model-file.js").ModelFile} file
 */
function summaryOf({ tensors }) {
  const has = (/** @type {RegExp} */ name) => [...tensors.keys()].some((one) => name.test(one));
  if (has(/user_covariance$/)) return "mean and covariance are";
  return has(/user_mean$/) ? "mean is" : "";
}

/**
 * @param {Record<string, any>} description
 * @param {import("../convert/assumptions.js").Assumption[]} assumptions
 * @param {import("../convert/expect/expect.js").Proof} [proof]
 */
function printAssumptions(description, assumptions, proof) {
  for (const line of assumptionLines(description)) say(line);
  const open = assumptions.filter(({ checked }) => !checked);
  const options = [...new Set(open.flatMap(({ option }) => option ?? []))];
  // Scores do not show the loss of the training.
  const isProvable = options.some((option) => option !== "--loss");
  if (options.length)
    note(
      `note: ${options.join(", ")} overrides what is assumed` +
        (isProvable ? "; --expect FILE proves it" : ""),
    );
  if (!proof) return;
  for (const text of proofNotes(proof, description)) note(`note: ${text}`);
  const before = proof.outputBefore;
  if (before)
    note(
      `note: the lines of ${proof.path} have no output function. Where only the loss of the ` +
        `training puts a ${before} behind them, use --output-function ${before}`,
    );
  if (proof.checks.length)
    note(
      `note: ${proof.checks.length} check vectors of the file are users of ${proof.path}: their ` +
        "vectors or histories are published with it",
    );
}

/**
 * What the lines are where they are not the scores of the file.
 *
 * @param {import("../convert/expect/expect.js").Proof} proof
 * @param {Record<string, any>} description
 */
function proofNotes({ path, view, naming }, { output, rating }) {
  const { itemShift = 0, userShift = 0 } = naming;
  const { minimum, maximum } = rating ?? {};
  const isRaw = view === "raw" && output !== "identity";
  const sides = [...(itemShift ? ["items"] : []), ...(userShift ? ["users"] : [])];
  return [
    ...(isRaw ? [`the lines of ${path} are raw scores, before the output function`] : []),
    ...(view !== "scores" && !isRaw
      ? [`the lines of ${path} are scores before they are held within ${minimum} to ${maximum}`]
      : []),
    ...(sides.length ? [`${path} counts ${sides.join(" and ")} behind the padding`] : []),
  ];
}
