import { InvalidArgumentError, Option } from "commander";

import { readModelFile } from "../convert/model-file.js";
import { PocketrecError } from "../common/errors.js";
import {
  modelScorer,
  popularityScorer,
  storedUsers,
  chooseUserSource,
} from "../evaluate/scorers.js";
import { findCases } from "../evaluate/cases.js";
import { Catalogue } from "../evaluate/catalogue.js";
import { findFiles } from "../evaluate/files.js";
import { AT_K, WHOLE } from "../evaluate/metrics.js";
import { runLists, runRanking, runRating } from "../evaluate/run.js";
import { loadModel } from "../index.node.js";
import { readItemIndex } from "../file/item-ids.js";
import { withPath, readBytes } from "../convert/files.js";
import { number, paragraph, renamedOption, whole } from "./options.js";
import { note, progress, say, table } from "./terminal.js";

const PROTOCOLS = ["leave-one-out", "strong", "rating", "lists"];

/** @type {Record<string, { at: number[], metrics: string[] }>} */
const USUAL = {
  "leave-one-out": { at: [5, 10], metrics: ["HR", "NDCG", "MRR", "AUC"] },
  strong: { at: [10, 20, 100], metrics: ["Recall", "NDCG", "MAP", "MRR", "AUC"] },
  rating: { at: [], metrics: ["RMSE", "MAE"] },
  lists: { at: [], metrics: ["Overlap", "Same"] },
};

/** @param {import("commander").Command} program */
export function addEvaluate(program) {
  const command = program
    .command("evaluate")
    .summary(
      "how good a model is on people's interactions: HR, NDCG, Recall, MAP, MRR, AUC, RMSE, MAE",
    )
    .description(
      "Measures a weights file on people's interactions, with 95% intervals. The protocols and metrics are defined below.",
    )
    .argument("<file>", "a weights file (docs/format.md)")
    .requiredOption(
      "--data <path>",
      paragraph(`interactions: .csv or .tsv with a header, MovieLens' ratings.dat and u.data, RecBole's .inter, NAME.train.rating and
NAME.test.rating, .npz with arrays user, item, rating, time; or a folder with some of these`),
    )
    .addOption(
      new Option("--protocol <protocol>", "what is asked").choices(PROTOCOLS).makeOptionMandatory(),
    )
    .option("--train <file>", "what the model knew, where --data does not tell")
    .option("--test <file>", "what is to be found, where --data does not tell")
    .option(
      "--negatives <file>",
      "leave-one-out: the NCF authors' lists, (user,item) and the items to rank it among, with tabs",
    )
    .option(
      "--sampled <count>",
      "leave-one-out without such a file: among how many drawn items, or all",
      (text) => (text === "all" ? text : whole(1)(text)),
      99,
    )
    .option(
      "--held-out <share>",
      "strong: which share of the people; 1 is everybody",
      number(0, 1),
      0.1,
    )
    .option("--fold-in <share>", "strong: which share of what each has goes in", number(0, 1), 0.8)
    .option(
      "--test-share <share>",
      "rating: which share of the ratings is predicted",
      number(0, 1),
      0.1,
    )
    .addOption(
      new Option(
        "--users <source>",
        "trained users by their rows, or everybody made new from their history; default: trained where the file has them, and of strong's drawn people new",
      ).choices(["stored", "history"]),
    )
    .option(
      "--positive <rating>",
      "from which rating on an interaction counts; default: what the file says, else all",
      number(-Infinity, Infinity),
    )
    .option(
      "--metrics <names>",
      `with commas: ${[...AT_K, ...WHOLE].join(", ")}; of rating RMSE, MAE; of lists Overlap, Same`,
      list,
    )
    .option("--at <cut-offs>", "with commas, for HR, NDCG, Recall, Precision and MAP", (text) =>
      list(text).map(whole(1)),
    )
    .option(
      "--item-base <number>",
      "what the data call the first row, where the file names items by row",
      whole(0),
      0,
    )
    .option("--user-base <number>", "what the data call the first trained user", whole(0), 0)
    .option("--limit <users>", "at most so many users, the first ones", whole(1))
    .option("--no-baseline", "without popularity beside the model")
    .option("--seed <number>", "of every draw", whole(1, 2 ** 32 - 1), 1)
    .option("--json", "for machines, with all digits")
    .addHelpText("after", DEFINITIONS)
    .action(run);
  renamedOption(command, "--people", "--users");
}

/** @param {string} text */
function list(text) {
  const names = text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
  if (!names.length) throw new InvalidArgumentError("Names with commas are expected.");
  return names;
}

const DEFINITIONS = `
Protocols
  leave-one-out  He et al., WWW 2017. Of every person one item is held out: the test file's, or the latest by time (of equal
                 times the last line). It is ranked among the items of its line in the file of negatives; or among --sampled
                 items drawn from those the person has had nothing to do with; or, with --sampled all, among the catalogue
                 without the history. Of a line of negatives the held-out item itself and repetitions do not count.
  strong         Liang et al., WWW 2018. --held-out of the people are drawn; --fold-in of what each has, drawn, is the history,
                 the rest are the targets, ranked in the whole catalogue without the history. With a training and a test file
                 of the same people nothing is drawn: the one is the history, the other holds the targets.
  rating         How far predicted ratings are off, of a test file's ratings or of --test-share drawn ones.
  lists          --data holds lists that were published of what the model recommends: JSON (a list of lists, one a user, or an
                 object from user to list), .npy of users by places, lines of a user and the list ('7,"[1, 5, 9]"'), or lines of
                 user and item in order. With --train what it has of each person is not recommended.
People           --users stored:  the file's rows of trained users. --users history:  everybody is made new, by what the
                 training interactions have of them (a fold-in), as in an app.
Ties             A target stands behind every other candidate with the same raw score: what scores all items the same finds
                 nothing. Raw scores are those before the output function, in float32.
Not counted      Items that the model does not know, ratings below --positive, and people without a target; how many is told.

Metrics, for each person, then the mean over people; rank counts from 1, T are the targets
  HR@k         1 where a target is among the first k, else 0
  NDCG@k       sum of 1 / log2(rank + 1) over targets among the first k / the same with the targets first
  Recall@k     targets among the first k / min(k, |T|)
  Precision@k  targets among the first k / k
  MAP@k        sum of (j / rank of the j-th target) over targets among the first k / min(k, |T|)
  MRR          1 / rank of the first target
  AUC          share of pairs of a target and another candidate in which the target scores higher, equal ones half
  Overlap      share of a published list that is among the model's best as many
  Same         1 where the list is the model's in the same order, equal scores in any; else 0
  RMSE, MAE    over all ratings, each weighing the same; predictions are held within the scale where the file says so
Intervals      95%, by the bootstrap over people (1,000 resamples).
popularity     by how many people of the training interactions had an item (rating: its mean rating there).`;

/**
 * @param {string} path
 * @param {Record<string, any>} options
 */
async function run(path, options) {
  const bytes = await readBytes(path);
  const model = await withPath(path, () => loadModel(bytes));
  const file = readModelFile(bytes);
  const { itemBase, userBase, protocol } = options;
  const positive = options.positive ?? model.info.rating.positive;
  const stored = storedUsers(file);
  const catalogue = new Catalogue(readItemIndex(file.kept.get("item_ids"), model.itemCount), {
    itemBase,
    userBase,
    positive,
  });
  const paths = pathsOf(await findFiles(options.data), options);
  const metrics = metricsOf(options);
  const found = await findCases(paths, catalogue, /** @type {any} */ (options));
  const cases = found.cases.slice(0, options.limit);
  // Who was held out of what the model knew is new to it.
  const people = chooseUserSource(
    options.users ?? (protocol === "strong" && !paths.test ? "history" : undefined),
    stored.users,
  );
  demandHistory(people, cases);
  const stopped = new AbortController();
  const stop = () => stopped.abort();
  const work = {
    ...options,
    protocol,
    cases,
    metrics,
    items: model.itemCount,
    signal: stopped.signal,
  };
  process.once("SIGINT", stop);
  const result = await ask("evaluating", modelScorer(model, catalogue, { people, stored }), work);
  const hasBaseline =
    options.baseline &&
    !stopped.signal.aborted &&
    [...found.train.values()].some((history) => history.length);
  const baseline = hasBaseline
    ? await ask(
        "popularity",
        popularityScorer(found.train, model.itemCount, protocol === "rating"),
        work,
      )
    : undefined;
  process.removeListener("SIGINT", stop);
  model.dispose();
  if (stopped.signal.aborted) {
    note(`stopped after ${result.done} of ${cases.length} people`);
    process.exitCode = 130;
  }
  if (result.done) report(path, options, found, people, result, baseline);
}

/**
 * @param {string} name for whoever watches
 * @param {import("../evaluate/scorers.js").Scorer} asker
 * @param {Record<string, any>} work
 */
async function ask(name, asker, { protocol, cases, metrics, items, signal, seed }) {
  const bar = progress(name, cases.length);
  const options = { onProgress: bar.to, signal, seed };
  try {
    if (protocol === "rating") return await runRating(asker, cases, metrics, options);
    if (protocol === "lists") return await runLists(asker, cases, metrics, items, options);
    return await runRanking(asker, cases, metrics, items, options);
  } finally {
    bar.end();
  }
}

/**
 * @param {import("../evaluate/files.js").Paths} found
 * @param {Record<string, any>} options
 */
function pathsOf(found, { train, test, negatives, protocol }) {
  const given = Object.fromEntries(
    Object.entries({ train, test, negatives }).filter(([, path]) => path !== undefined),
  );
  // One file and a test file: the one is what the model knew.
  const alone = test && !found.train && found.all ? { train: found.all } : {};
  return {
    ...found,
    ...alone,
    ...given,
    ...(protocol === "leave-one-out" ? {} : { negatives: undefined }),
  };
}

/** @param {Record<string, any>} options */
function metricsOf({ protocol, metrics = USUAL[protocol].metrics, at = USUAL[protocol].at }) {
  const allowed = ["rating", "lists"].includes(protocol)
    ? USUAL[protocol].metrics
    : [...AT_K, ...WHOLE];
  const wrong = metrics.find((/** @type {string} */ name) => !allowed.includes(name));
  if (wrong !== undefined)
    throw new PocketrecError("bad-argument", "--metrics", allowed.join(", "), wrong);
  return metrics.flatMap((/** @type {string} */ name) =>
    AT_K.includes(name) ? at.map((/** @type {number} */ k) => `${name}@${k}`) : [name],
  );
}

/**
 * @param {"stored" | "history"} people
 * @param {import("../evaluate/protocols.js").Case[]} cases
 */
function demandHistory(people, cases) {
  if (people === "stored" || cases.some(({ history }) => history.length)) return;
  throw new PocketrecError(
    "bad-argument",
    "--data",
    "training interactions, which new people are made from",
    "none",
    {
      hint: "Give them with --train FILE; or convert with --keep-users, to ask for the trained users.",
    },
  );
}

/**
 * @param {string} path
 * @param {Record<string, any>} options
 * @param {import("../evaluate/cases.js").Found} found
 * @param {"stored" | "history"} people
 * @param {Awaited<ReturnType<typeof runRating>>} result
 * @param {Awaited<ReturnType<typeof runRating>> | undefined} baseline
 */
function report(path, { protocol, json }, { how, counts }, people, { figures, done }, baseline) {
  if (json) {
    return say(
      JSON.stringify(
        {
          file: path,
          protocol,
          how,
          users: done,
          userSource: people,
          counts,
          metrics: figures,
          popularity: baseline?.figures,
        },
        null,
        2,
      ),
    );
  }
  say(`${path}: ${protocol}`);
  say(
    `${done} people, ${people === "stored" ? "trained users" : "made new from their history"}; ${how}.`,
  );
  const skipped = [
    counts.unknown && `${counts.unknown} with items that the model does not know`,
    counts.low && `${counts.low} rated too low`,
  ].filter(Boolean);
  if (counts.interactions || skipped.length)
    say(
      `${counts.interactions} interactions read${skipped.length ? `, not used: ${skipped.join(", ")}` : ""}.`,
    );
  say("");
  const head = ["metric", "value", "95% interval", ...(baseline ? ["popularity"] : [])];
  say(
    table(
      head,
      figures.map(({ metric, value, low, high }, row) => [
        metric,
        value.toFixed(4),
        `${low.toFixed(4)} to ${high.toFixed(4)}`,
        ...(baseline ? [baseline.figures[row].value.toFixed(4)] : []),
      ]),
    ),
  );
}
