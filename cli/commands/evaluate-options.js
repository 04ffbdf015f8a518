import { PocketrecError } from "../../js/common/errors.js";
import { CLICK_METRICS } from "../evaluate/clicks.js";
import { AT_K, WHOLE } from "../evaluate/metrics.js";
import { isProbability } from "../evaluate/ratings.js";

/**
 * What each protocol measures by default, and can measure.
 * @type {Record<string, { at: number[], metrics: string[], allowed: string[] }>}
 */
export const PROTOCOLS = {
  "leave-one-out": {
    at: [5, 10],
    metrics: ["HR", "NDCG", "MRR", "AUC"],
    allowed: [...AT_K, ...WHOLE],
  },
  strong: {
    at: [10, 20, 100],
    metrics: ["Recall", "NDCG", "MAP", "MRR", "AUC"],
    allowed: [...AT_K, ...WHOLE],
  },
  few: { at: [], metrics: ["Recall@20", "NDCG@100"], allowed: [...AT_K, ...WHOLE] },
  rating: { at: [], metrics: ["RMSE", "MAE"], allowed: ["RMSE", "MAE"] },
  clicks: { at: [], metrics: CLICK_METRICS, allowed: CLICK_METRICS },
  lists: { at: [], metrics: ["Overlap", "Same"], allowed: ["Overlap", "Same"] },
};

/** The protocols that an option is for. @type {Record<string, string[]>} */
const FOR = {
  negatives: ["leave-one-out"],
  sampled: ["leave-one-out"],
  heldOut: ["strong", "few"],
  foldIn: ["strong"],
  testShare: ["rating", "clicks"],
  shots: ["few"],
  draws: ["few"],
  liked: ["few"],
  spare: ["few"],
  easeLambda: ["few"],
  test: ["leave-one-out", "strong", "few", "rating", "clicks"],
  at: ["leave-one-out", "strong", "few"],
};

/**
 * The metrics with their cut-offs: "HR@10", "MRR".
 *
 * @param {{ protocol: string, metrics?: string[], at?: number[] }} options
 * @returns {string[]}
 * @throws {PocketrecError} "bad-argument"
 */
export function metricsOf({ protocol, metrics, at }) {
  const { allowed, ...usual } = PROTOCOLS[protocol];
  const wrong = metrics?.find((name) => !allowed.includes(name));
  if (wrong !== undefined)
    throw new PocketrecError("bad-argument", "--metrics", allowed.join(", "), wrong);
  const names = (metrics ?? usual.metrics).flatMap((name) => {
    const [base] = name.split("@");
    if (!AT_K.includes(base) || (base !== name && !at)) return [name];
    return cutOffsOf(base, usual, at).map((k) => `${base}@${k}`);
  });
  return [...new Set(names)];
}

/**
 * The cut-offs of a metric: those that were asked for, else the protocol's own.
 *
 * @param {string} name
 * @param {{ at: number[], metrics: string[] }} usual
 * @param {number[]} [at]
 */
function cutOffsOf(name, { at: every, metrics }, at) {
  const own = metrics.find((metric) => metric.startsWith(`${name}@`));
  return at ?? (own ? [Number(own.split("@")[1])] : every.length ? every : [20]);
}

/**
 * An option that a protocol does not read must not look as if it was.
 *
 * @param {import("commander").Command} command
 * @param {import("../evaluate/files.js").Paths} paths
 * @throws {PocketrecError} "bad-argument"
 */
export function assertOptionsApply(command, { all, train, test, negatives }) {
  const { protocol } = command.opts();
  const given = (/** @type {string} */ name) => command.getOptionValueSource(name) === "cli";
  for (const [name, protocols] of Object.entries(FOR))
    if (given(name) && !protocols.includes(protocol))
      refuse(name, `--protocol ${protocols.join(" or ")}`, `--protocol ${protocol}`);
  if (given("positive") && protocol === "lists" && !train)
    refuse("positive", "--train, whose interactions it selects", "none");
  if (given("sampled") && negatives) refuse("sampled", "no file of negatives", negatives);
  if (given("testShare") && test) refuse("testShare", "no test file", test);
  for (const name of ["heldOut", "foldIn"])
    if (given(name) && train && (test || (all && protocol === "few")))
      refuse(name, test ? "no test file" : "no training file", test ?? train);
}

/**
 * @param {string} name of the option
 * @param {string} expected
 * @param {string} found
 * @returns {never}
 */
function refuse(name, expected, found) {
  const flag = name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  throw new PocketrecError("bad-argument", `--${flag}`, expected, found);
}

/**
 * @param {string[]} metrics
 * @param {string} protocol
 * @param {Readonly<import("../../js/file/metadata.js").Info>} info
 * @throws {PocketrecError} "bad-argument": the metrics need probabilities, which the model does not
 *   give
 */
export function assertProbabilities(metrics, protocol, info) {
  if (protocol !== "clicks" || isProbability(info)) return;
  const wrong = metrics.find((metric) => metric !== "AUC");
  if (wrong === undefined) return;
  throw new PocketrecError(
    "bad-argument",
    `--metrics ${wrong}`,
    "a model whose scores are probabilities of a click",
    `output "${info.output}"`,
    {
      hint:
        "--metrics AUC needs none; convert with --output-function sigmoid if the model was " +
        "trained on the log loss of its logits.",
    },
  );
}
