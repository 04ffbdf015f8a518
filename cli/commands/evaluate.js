import { InvalidArgumentError } from "commander";

import { PocketrecError } from "../../js/common/errors.js";
import { withPath, readBytes } from "../convert/files.js";
import { readModelFile } from "../convert/model-file.js";
import { findCases } from "../evaluate/cases.js";
import { Catalogue } from "../evaluate/catalogue.js";
import { DataReader } from "../evaluate/data-reader.js";
import { findPaths } from "../evaluate/files.js";
import { AT_K, WHOLE } from "../evaluate/metrics.js";
import { baselinesOf } from "../train/baselines.js";
import { runClicks, runFew, runLists, runRanking, runRating } from "../evaluate/run.js";
import {
  chooseUserSource,
  modelScorer,
  popularityScorer,
  trainedUsersOf,
} from "../evaluate/scorers.js";
import { readItemIndex } from "../../js/file/item-ids.js";
import { loadModel } from "../convert/load-model.js";
import { DEFINITIONS } from "./evaluate-help.js";
import {
  assertOptionsApply,
  assertProbabilities,
  metricsOf,
  PROTOCOLS,
} from "./evaluate-options.js";
import { printJson, printReport } from "./evaluate-report.js";
import { choice, number, paragraph, renamedOption, RENAMED_USERS, whole } from "./options.js";
import { addReadingOptions, readOptionsOf } from "./reading-options.js";
import { note, progress } from "./terminal.js";

/** @param {string} text */
function share(text) {
  const value = number(0, 1)(text);
  if (value > 0) return value;
  throw new InvalidArgumentError("Expected a number from 0 to 1, and not 0.");
}

const SHOTS = [1, 3, 5, 10, 20];
const METRICS = [...AT_K, ...WHOLE].join(", ");
const TEXTS = {
  description: paragraph(`Measures the quality of a weights file on users' interactions, with 95%
    confidence intervals. The protocols and metrics are defined below.`),
  data: paragraph(`interactions: delimited text with a header or without, such as MovieLens'
    ratings.csv, ratings.dat and u.data, RecBole's .inter, NAME.train.rating and NAME.test.rating;
    JSON lines; lines of a user and its items; .npz with arrays user, item, rating, time; each also
    as .gz; or a folder of such files. The first lines of the output say how they were read`),
  negatives: paragraph(`leave-one-out: lists of negatives in the NCF authors' format: (user,item)
    and the items to rank it among, separated by tabs; enough without other data for trained
    users`),
  sampled: "leave-one-out without --negatives: number of sampled items, or all",
  shots: "few: comma-separated numbers of items that are given",
  liked: "few: lowest rating of an item that is given (default: the file's)",
  spare: "few: liked items of a user that are left to find, at least",
  easeLambda: "few: regularisation of the baseline EASE",
  inOrder: "sequence models: the lines of the data are oldest first; else they need times",
  positive: paragraph(`lowest rating that counts as an interaction (default: the file's, else all),
    as a click, or for rating as a rating`),
  metrics: paragraph(`comma-separated: ${METRICS}; for rating RMSE, MAE; for clicks AUC, LogLoss,
    Calibration; for lists Overlap, Same`),
  at: "comma-separated cut-offs k of HR, NDCG, Recall, Precision and MAP",
  itemBase: "number of the first item in the data, if the file names items by row (default: 0)",
  userBase: "number of the first trained user in the data (default: 0)",
};

/** @param {import("commander").Command} program */
export function addEvaluate(program) {
  const command = program
    .command("evaluate")
    .summary(
      "measure quality on users' interactions: HR, NDCG, Recall, MAP, MRR, AUC, RMSE, log loss",
    )
    .description(TEXTS.description)
    .argument("<file>", "a weights file (docs/format.md)")
    .option("--data <path>", TEXTS.data)
    .addOption(
      choice(
        "--protocol <protocol>",
        "how to measure",
        Object.keys(PROTOCOLS),
      ).makeOptionMandatory(),
    )
    .option("--train <file>", "training interactions, if --data has no such file or there is none")
    .option("--test <file>", "test interactions, if --data has no such file or there is none")
    .option("--negatives <file>", TEXTS.negatives)
    .option("--sampled <count>", TEXTS.sampled, countOrAll, 99)
    .option("--held-out <share>", "strong, few: share of the users; 1 means all", share, 0.1)
    .option("--fold-in <share>", "strong: share of each history that is the input", share, 0.8)
    .option("--shots <counts>", TEXTS.shots, (text) => list(text).map(whole(1)), SHOTS)
    .option("--draws <count>", "few: how often the items are drawn of each user", whole(1), 3)
    .option("--liked <rating>", TEXTS.liked, number(-Infinity, Infinity))
    .option("--spare <count>", TEXTS.spare, whole(0), 5)
    .option("--ease-lambda <number>", TEXTS.easeLambda, number(1e-3, 1e9), 1000)
    .option("--in-order", TEXTS.inOrder)
    .option("--test-share <share>", "rating, clicks: share of the rows to predict", share, 0.1)
    .addOption(
      choice("--users <source>", "trained or new users (see below)", ["stored", "history"]),
    )
    .option("--positive <rating>", TEXTS.positive, number(-Infinity, Infinity))
    .option("--metrics <names>", TEXTS.metrics, list)
    .option("--at <cut-offs>", TEXTS.at, (text) => list(text).map(whole(1)))
    .option("--item-base <number>", TEXTS.itemBase, whole(0))
    .option("--user-base <number>", TEXTS.userBase, whole(0))
    .option("--limit <users>", "measure only the first so many users", whole(1))
    .option("--no-baseline", "do not measure popularity beside the model")
    .option("--seed <number>", "seed of the pseudo-random generator", whole(1, 2 ** 32 - 1), 1)
    .option("--json", "print JSON with all digits")
    .addHelpText("after", DEFINITIONS)
    .action(run);
  addReadingOptions(command);
  renamedOption(command, RENAMED_USERS);
}

/** @param {string} text */
const countOrAll = (text) => (text === "all" ? text : whole(1)(text));

/** @param {string} text */
function list(text) {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (names.length) return names;
  throw new InvalidArgumentError("Expected comma-separated names.");
}

/**
 * @param {string} path
 * @param {Record<string, any>} options
 * @param {import("commander").Command} command
 */
async function run(path, options, command) {
  const { itemBase, userBase, protocol, seed } = options;
  const metrics = metricsOf(/** @type {any} */ (options));
  const bytes = await readBytes(path);
  const model = await withPath(path, () => loadModel(bytes));
  assertProbabilities(metrics, protocol, model.info);
  const file = readModelFile(bytes);
  const items = readItemIndex(file.kept.get("item_ids"), model.itemCount);
  const catalogue = new Catalogue(items, { itemBase, userBase });
  const paths = await findPaths(/** @type {any} */ (options));
  assertOptionsApply(command, paths);
  const trainedUsers = trainedUsersOf(file);
  // Sampled users are new to the model.
  const isNew = protocol === "few" || (protocol === "strong" && !paths.test);
  const usual = isNew ? "history" : undefined;
  const userSource = chooseUserSource(options.users ?? usual, trainedUsers.count);
  catalogue.storedUsers = userSource === "stored" ? trainedUsers.count : 0;
  const { info } = model;
  const reader = new DataReader(readOptionsOf(options));
  const split = await findCases(paths, catalogue, {
    .../** @type {any} */ (options),
    info,
    userSource,
    reader,
  });
  if (userSource === "stored")
    for (const { name } of split.cases) catalogue.userRow(name, trainedUsers.count);
  const cases = limited(split.cases, options.limit);
  assertHistories(userSource, cases);
  const isFiltered = protocol !== "rating";
  const scorer = modelScorer(model, catalogue, { userSource, trainedUsers, isFiltered });
  const { baselines, left } = await baselinesFor(split.train, model.itemCount, options);
  const work = { protocol, cases, metrics, itemCount: model.itemCount, seed };
  const results = await measureUntilStopped(scorer, baselines, work);
  model.dispose();
  if (!results.result.done) return;
  const print = options.json ? printJson : printReport;
  const counts = { ...split.counts, ...results.result.counts };
  const how = `${split.how}${limitedTo(usersOf(cases), usersOf(split.cases))}`;
  print({
    path,
    protocol,
    info,
    read: { readings: reader.readings, unread: paths.unread ?? [] },
    how,
    cautions: [...catalogue.cautions(), ...left],
    counts,
    userSource,
    ...results,
  });
}

/** @param {{ name: string }[]} cases */
const usersOf = (cases) => new Set(cases.map(({ name }) => name)).size;

/**
 * The cases of the first users.
 *
 * @template {{ name: string }} C
 * @param {C[]} cases
 * @param {number} [limit]
 */
function limited(cases, limit) {
  const users = new Set([...new Set(cases.map(({ name }) => name))].slice(0, limit));
  return cases.filter(({ name }) => users.has(name));
}

/**
 * @param {import("../evaluate/catalogue.js").Histories} train
 * @param {number} itemCount
 * @param {Record<string, any>} options
 * @returns {ReturnType<typeof baselinesOf>}
 */
async function baselinesFor(train, itemCount, { baseline, protocol, easeLambda: lambda }) {
  const isKnown = [...train.values()].some((history) => history.length);
  if (!baseline || !isKnown) return { baselines: [], left: [] };
  if (protocol === "few") return baselinesOf(train, itemCount, { lambda });
  const scorer = popularityScorer(train, itemCount, protocol);
  return { baselines: [{ name: "popularity", scorer }], left: [] };
}

/**
 * @param {number} measured
 * @param {number} all
 */
const limitedTo = (measured, all) =>
  measured < all ? `; --limit: the first ${measured} of ${all} users` : "";

/**
 * @typedef {import("../evaluate/scorers.js").Scorer} Scorer
 * @typedef {import("../evaluate/protocols.js").Case} Case
 * @typedef {import("../evaluate/protocols.js").FewCase} FewCase
 * @typedef {object} Work
 * @property {string} protocol
 * @property {Case[]} cases
 * @property {string[]} metrics
 * @property {number} itemCount
 * @property {number} seed
 */

/**
 * Measures the model, then the baselines. Ctrl-C stops early, with the figures so far and exit
 * code 130.
 *
 * @param {Scorer} scorer
 * @param {import("../train/baselines.js").Baseline[]} baselines
 * @param {Work} work
 */
async function measureUntilStopped(scorer, baselines, work) {
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  process.once("SIGINT", stop);
  const result = await measureWith("evaluating", scorer, work, signal);
  const measured = [];
  for (const { name, scorer: other } of baselines)
    if (!signal.aborted)
      measured.push({ name, result: await measureWith(name, other, work, signal) });
  process.removeListener("SIGINT", stop);
  if (!signal.aborted) return { result, baselines: measured };
  note(`stopped after ${result.done} of ${usersOf(work.cases)} users`);
  process.exitCode = 130;
  // A baseline of fewer users is that of another question.
  const whole = measured.filter((one) => one.result.done === result.done);
  return { result, baselines: whole };
}

/**
 * @param {string} title of the progress bar
 * @param {Scorer} scorer
 * @param {Work} work
 * @param {AbortSignal} signal
 */
async function measureWith(title, scorer, { protocol, cases, metrics, itemCount, seed }, signal) {
  const bar = progress(title, cases.length);
  const options = { onProgress: bar.to, signal, seed };
  try {
    if (protocol === "rating") return await runRating(scorer, cases, metrics, options);
    if (protocol === "clicks") return await runClicks(scorer, cases, metrics, options);
    if (protocol === "few")
      return await runFew(scorer, /** @type {FewCase[]} */ (cases), metrics, itemCount, options);
    const run = protocol === "lists" ? runLists : runRanking;
    return await run(scorer, cases, metrics, itemCount, options);
  } finally {
    bar.end();
  }
}

/**
 * @param {import("../evaluate/scorers.js").UserSource} userSource
 * @param {Case[]} cases
 */
function assertHistories(userSource, cases) {
  if (userSource === "stored" || cases.some(({ history }) => history.length)) return;
  const expected = "training interactions, to encode new users from";
  throw new PocketrecError("bad-argument", "--data", expected, "none", {
    hint: "Pass --train FILE, or convert with --keep-users to evaluate the trained users.",
  });
}
