import { basename, resolve } from "node:path";

import { Option } from "commander";

import { PocketrecError } from "../../js/common/errors.js";
import { assertWritable, writeBytes } from "../convert/files.js";
import { loadVerified } from "../convert/verify.js";
import { DataReader } from "../evaluate/data-reader.js";
import { findPaths } from "../evaluate/files.js";
import { rankingThreshold, valuesOf } from "../evaluate/ratings.js";
import { LAMBDAS, CHOICE_ITEMS } from "../train/ease.js";
import { assertAddressed, assertMemory, estimateEase } from "../train/estimate.js";
import { splitUsers, USERS_MIN } from "../train/held-out.js";
import { countsOf, trainingData } from "../train/matrix.js";
import { modelFile } from "../train/model-file.js";
import { trainEase, trainItemKnn } from "../train/train.js";
import { choice, number, paragraph, whole } from "./options.js";
import { addReadingOptions, readOptionsOf } from "./reading-options.js";
import { readingLines } from "./reading-report.js";
import { note, progress, say } from "./terminal.js";
import { estimateLine, resultLines, takenLines } from "./train-report.js";

const TEXTS = {
  description: paragraph(`Trains a model that is one matrix from item to item, without a framework:
    EASE (Steck, WWW 2019), by the inverse of a matrix in double precision, or ItemKNN, the
    neighbours by cosine. An interaction counts or does not: the value of a rating is not learnt.`),
  data: "interactions: ratings.csv and other files or folders, as evaluate --data reads them",
  positive: "lowest rating that counts as an interaction (default: all)",
  minRatings: "leave out items of fewer users",
  lambda: paragraph(`EASE: regularisation (default: that of ${LAMBDAS[0]} to ${LAMBDAS.at(-1)} with
    the best NDCG@100 of held-out users)`),
  prune: "EASE: keep so many weights of each item, the strongest",
  dense: "EASE: keep all weights",
  neighbours: "ItemKNN: number of neighbours of an item",
  shrink: "ItemKNN: added to the denominator of the cosine: lowers that of rare items",
  heldOut: paragraph(`share of the users to measure the model on, without training on them; 0: do
    not measure`),
};

const HELP = `
The model is trained twice: without the held-out users, to measure it (80% of each history is the
input, the rest is to be found in the whole catalogue), and then with all users, for the file.
Lambda is chosen on at most ${CHOICE_ITEMS} items, the most popular.
EASE takes time by the cube of the number of items, and memory by its square; what it will take is
printed before it starts. Ctrl-C stops it, and nothing is written.

Examples:
  npx pocketrec-cli train ease ratings.csv -o model.safetensors
  npx pocketrec-cli train ease ratings.csv --positive 4 --lambda 200 --dtype f16 -o out.safetensors
  npx pocketrec-cli train itemknn clicks.jsonl --neighbours 100 --shrink 10 -o model.safetensors`;

/** The models that an option is for. */
const FOR = {
  ...{ lambda: "ease", prune: "ease", dense: "ease" },
  ...{ neighbours: "itemknn", shrink: "itemknn" },
};

/** @type {Record<string, string>} */
const TITLES = { ease: "EASE", itemknn: "ItemKNN" };

/** @param {import("commander").Command} program */
export function addTrain(program) {
  const command = program.command("train").summary("train EASE or ItemKNN from a file of ratings");
  command
    .description(TEXTS.description)
    .addArgument(command.createArgument("<model>", "ease or itemknn").choices(Object.keys(TITLES)))
    .argument("<data>", TEXTS.data)
    .requiredOption("-o, --out <file>", "the weights file to write")
    .option("--positive <rating>", TEXTS.positive, number(-Infinity, Infinity))
    .option("--min-ratings <users>", TEXTS.minRatings, whole(1), 5)
    .option("--lambda <number>", TEXTS.lambda, number(1e-3, 1e9))
    .addOption(
      new Option("--prune <count>", TEXTS.prune)
        .argParser(whole(1))
        .default(200)
        .conflicts("dense"),
    )
    .option("--dense", TEXTS.dense)
    .option("--neighbours <count>", TEXTS.neighbours, whole(1), 50)
    .option("--shrink <number>", TEXTS.shrink, number(0, 1e9), 0)
    .addOption(
      choice("--dtype <dtype>", "numbers of the file", ["f32", "f16", "i8"]).default("f32"),
    )
    .option("--held-out <share>", TEXTS.heldOut, number(0, 0.5), 0.1)
    .option("--seed <number>", "seed of the pseudo-random generator", whole(1, 2 ** 32 - 1), 1)
    .option("--name <title>", "title of the model")
    .addHelpText("after", HELP)
    .action(run);
  addReadingOptions(command);
}

/**
 * @param {"ease" | "itemknn"} model
 * @param {string} data
 * @param {Record<string, any>} options
 * @param {import("commander").Command} command
 */
async function run(model, data, options, command) {
  assertOptionsApply(model, command);
  if (resolve(options.out) === resolve(data))
    throw new PocketrecError("bad-argument", "--out", "another file than the data", options.out);
  await assertWritable(options.out);
  const { interactions, read, path } = await readData(data, options);
  say(readingLines(read));
  const { minRatings, seed, heldOut } = options;
  const positive = thresholdOf(interactions, options.positive);
  const training = trainingData(interactions, { positive, minRatings });
  say(takenLines(training, { hasRatings: Boolean(interactions.rating), positive, minRatings }));
  const split = splitUsers(training.matrix, { share: heldOut, seed });
  if (model === "ease" && options.lambda === undefined) assertChoosable(split, path);
  const settings = { ...options, prune: options.dense ? Infinity : options.prune, path };
  const trained = await trainUntilStopped(model, training.matrix, split, settings);
  if (!trained) return;
  const bytes = modelFile(trained.weights, {
    ids: training.ids,
    popularity: countsOf(training.matrix),
    precision: options.dtype,
    description: descriptionOf(model, training.matrix, trained, { ...settings, positive }),
  });
  (await loadVerified(bytes)).dispose();
  await writeBytes(options.out, bytes);
  say(resultLines(options.out, bytes.length, trained));
}

/**
 * What the file says of itself.
 *
 * @param {"ease" | "itemknn"} model
 * @param {import("../train/matrix.js").Matrix} matrix
 * @param {import("../train/train.js").Trained} trained
 * @param {Record<string, any>} settings
 */
function descriptionOf(model, { users, items, rows }, { lambda, trials, measured }, settings) {
  const { path, name, positive, minRatings, seed, heldOut, prune, neighbours, shrink } = settings;
  const own =
    model === "ease"
      ? { lambda, lambda_tried: trials?.map((one) => one.lambda), prune: finite(prune) }
      : { neighbours, shrink };
  return {
    name: name ?? `${TITLES[model]} of ${basename(path)}`,
    ...(positive === undefined ? {} : { rating: { positive } }),
    provenance: {
      command: `pocketrec ${VERSION} train ${model}`,
      data: basename(path),
      ...{ users, items, interactions: rows.length, positive, min_ratings: minRatings },
      ...own,
      ...{ held_out: heldOut, seed },
    },
    ...(measured ? { metrics: metricsOf(measured) } : {}),
  };
}

/**
 * JSON has no infinity.
 * @param {number} value
 */
const finite = (value) => (Number.isFinite(value) ? value : undefined);

/** @param {import("../train/train.js").Measured} measured */
const metricsOf = ({ users, model, popularity }) => ({
  ...model,
  ...Object.fromEntries(
    Object.entries(popularity).map(([metric, value]) => [`${metric}, popularity`, value]),
  ),
  users,
  protocol:
    "users not trained on: 80% of each history in, 20% to find in the whole catalogue; the file " +
    "is then trained on all users",
});

/**
 * @param {string} model
 * @param {import("commander").Command} command
 */
function assertOptionsApply(model, command) {
  for (const [name, of] of Object.entries(FOR))
    if (of !== model && command.getOptionValueSource(name) === "cli")
      throw new PocketrecError("bad-argument", `--${name}`, `train ${of}`, `train ${model}`);
}

/**
 * @param {string} data a file or a folder
 * @param {Record<string, any>} options
 */
async function readData(data, options) {
  const { all, train = all, unread = [] } = await findPaths({ data, protocol: "strong" });
  if (train === undefined)
    throw new PocketrecError("bad-argument", data, "training interactions", "a test file alone");
  const reader = new DataReader(readOptionsOf(options));
  const interactions = await reader.interactions(train);
  return { interactions, path: train, read: { readings: reader.readings, unread } };
}

/**
 * The lowest rating that is an interaction; asked where a value may stand for none.
 *
 * @param {import("../evaluate/interactions.js").Interactions} data
 * @param {number | undefined} positive --positive
 */
function thresholdOf(data, positive) {
  if (positive !== undefined && !data.rating)
    throw new PocketrecError("bad-argument", "--positive", "data with ratings", "none");
  return rankingThreshold(valuesOf([data]), positive);
}

/**
 * @param {import("../train/held-out.js").Split} split
 * @param {string} path
 * @throws {PocketrecError} "bad-argument": lambda cannot be chosen
 */
function assertChoosable({ cases }, path) {
  if (cases.length) return;
  throw new PocketrecError(
    "bad-argument",
    "--lambda",
    "a number, since no users are held out to choose it by",
    "none",
    {
      hint:
        `${path}: at least ${2 * USERS_MIN} users with two items are needed, and --held-out ` +
        "above 0. 100 to 500 is usual.",
    },
  );
}

/**
 * Says what it will take, and trains. Ctrl-C stops it, with exit code 130.
 *
 * @param {"ease" | "itemknn"} model
 * @param {import("../train/matrix.js").Matrix} matrix
 * @param {import("../train/held-out.js").Split} split
 * @param {Record<string, any>} options
 */
async function trainUntilStopped(model, matrix, split, options) {
  const { lambda, prune, neighbours, shrink, path } = options;
  const settings = { lambda, prune, neighbours, shrink };
  const controller = new AbortController();
  const { signal } = controller;
  const stop = () => controller.abort();
  process.once("SIGINT", stop);
  const isEase = model === "ease";
  const operations = await (isEase ? announce(matrix, split, settings, path) : knnWork(matrix));
  const bar = progress("training", operations);
  try {
    const train = isEase ? trainEase : trainItemKnn;
    return await train(matrix, split, settings, { signal, onProgress: bar.to });
  } catch (error) {
    if (!signal.aborted) throw error;
    bar.end();
    note("stopped: nothing is written");
    process.exitCode = 130;
    return undefined;
  } finally {
    bar.end();
    process.removeListener("SIGINT", stop);
  }
}

/**
 * Says what EASE will take, in time and memory.
 *
 * @param {import("../train/matrix.js").Matrix} matrix
 * @param {import("../train/held-out.js").Split} split
 * @param {{ lambda?: number, prune: number }} settings
 * @param {string} path
 * @returns {Promise<number>} operations
 * @throws {PocketrecError} "too-large", "out-of-memory"
 */
async function announce(matrix, { cases }, { lambda, prune }, path) {
  await assertAddressed(matrix, path);
  const [isChosen, isMeasured] = [lambda === undefined, cases.length > 0];
  const estimate = await estimateEase(matrix, cases, { isChosen, prune });
  assertMemory(estimate.bytes, path);
  say(estimateLine(estimate, { isChosen, isMeasured, items: matrix.items }));
  return estimate.operations;
}

/**
 * Operations of ItemKNN: twice, with and without the held-out users.
 * @param {import("../train/matrix.js").Matrix} matrix
 */
function knnWork({ users, offsets }) {
  let work = 0;
  for (let user = 0; user < users; user++) work += 2 * (offsets[user + 1] - offsets[user]) ** 2;
  return work;
}
