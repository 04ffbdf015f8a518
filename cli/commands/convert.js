import { PocketrecError } from "../../js/common/errors.js";
import { convert, STAGES } from "../convert/convert.js";
import { readBytes, writeBytes } from "../convert/files.js";
import { readExpected } from "../convert/expect/lines.js";
import { readIds } from "../convert/finish/item-ids.js";
import { LOSSES } from "../convert/fold-in.js";
import { SOURCES } from "../convert/layouts.js";
import { readInteractions } from "../evaluate/interactions.js";
import { loadModel } from "../convert/load-model.js";
import { quantize } from "../convert/quantize.js";
import { loadVerified } from "../convert/verify.js";
import { costOf, PRUNE, printComparison } from "./comparison.js";
import { printConverted } from "./convert-report.js";
import { parseFoldIn } from "./fold-in-option.js";
import { choice, collect, number, paragraph, parseJson, ratingScale, whole } from "./options.js";
import { addReadingOptions, readOptionsOf } from "./reading-options.js";
import { readingLines } from "./reading-report.js";
import { listTensors } from "./tensors.js";
import { progress, say } from "./terminal.js";
import { ratingsByRow } from "./training-ratings.js";

const TEXTS = {
  description: paragraph(`Converts a model of another framework to a weights file. It reads
    safetensors, PyTorch .pth and .pt (state dicts and whole modules; nothing in them is executed),
    Keras .h5 and .keras, ONNX, numpy .npz and .npy, scipy's sparse .npz, and pickles of Surprise,
    LightFM and Spotlight, and recognises the model by the names and shapes of its tensors. The
    result is loaded and verified before it is written: its check vectors are computed from the
    model's equations in double precision.`),
  input2: paragraph(`a second model: a GMF and an MLP, in any order, are fused into a NeuMF; the
    towers of users and items of Keras are joined`),
  kind: paragraph(`architecture, if the file does not determine it: dot, gmf, mlp, autoencoder,
    autorec-user, autorec-item, cdae, mult-dae, item-item, sasrec, gru4rec`),
  output: "output function, which a state dict does not contain",
  activation: paragraph(`activation of the hidden layers: one name, or one per layer,
    comma-separated (relu, sigmoid, tanh, identity, elu, selu; sasrec also gelu, swish)`),
  rating: "scale of ratings, MINIMUM:MAXIMUM[:POSITIVE], such as 1:5 or 0.5:5:4",
  concat: "order of the first layer's input",
  join: "order of the input of NeuMF's output layer",
  alpha: "with two files: weight of the GMF, 0 to 1",
  items: paragraph(`your ids of the items: one per line or a JSON list, in the order of the model's
    rows, or a map from id to row, as CSV with a header such as id,row or a JSON object`),
  padding: paragraph(`number of padding rows at the start of the item and user tables, if the
    file does not determine it (RecBole's and fastai's do)`),
  userPadding: "the same for the user table alone (default: as --padding says)",
  map: "JSON file that names the tensors, if no layout matches (see below)",
  features: paragraph(`for a tower over features (DeepCTR): JSON list of the features in the order
    of the training script, in the form of docs/format.md; item features with "values"`),
  data: paragraph(`the interactions of the training, by rows or by the ids of --users and --items:
    for AutoRec by item the ratings that its items are encoded from, for LightGCN and NGCF the
    graph`),
  users: paragraph(`for --data: your ids of the users in the order of the model's rows, in a file as
    of --items; or their number, where one table holds users and items`),
  layers: "layers of a LightGCN whose file does not say it",
  loss: paragraph(`what a dot product was trained with, which new users are fitted by, if the file
    does not determine it`),
  foldIn: paragraph(`what belongs to the loss: regularization=0.02,per=interaction of squared;
    regularization=0.01,scale=40,offset=1,unobserved=1,target=1,exponent=0 of confidence; negatives
    and prior of bpr and log (docs/format.md)`),
  itemBase: "number of the first item in --data, if --items does not name the items",
  layerOrder: paragraph(`dense layers in the order in which they run, comma-separated, where no
    number tells`),
  ignore:
    paragraph(`tensor or submodule of the input that is no part of the model; repeatable, * stands
    for any text`),
  epsilon: "epsilon of the batch normalisations",
  norm: "whether batch normalisations lie before or behind the activation",
  normalize: "whether an autoencoder's input, or ELSA's item vectors, are scaled to length 1 (l2)",
  head: "which of a variational encoder's two heads (or halves) gives the mean",
  globalMean: "global mean of a matrix factorisation, which is added to every score",
  historyAxis: "item-item: whether the rows or the columns of the matrix are the history's items",
  inputValues: "item-item: whether an interaction counts 1, or its rating",
  diagonal: "ELSA: what is taken away from an item's score for itself",
  heads: "sasrec: heads of attention",
  normOrder: paragraph(`sasrec: layer normalisation after each sum, before each layer, or of the
    queries alone (the authors' code)`),
  positions: "sasrec: whether the oldest event has the first position, or the newest the last",
  emptyPositions:
    paragraph(`sasrec: whether the positions before a short history are masked, zero in
    front of each layer, or take part`),
  embeddingScale: "sasrec: what the items' vectors are multiplied with before the positions",
  window: "gru4rec: the most events that are read, the newest ones",
  expect: paragraph(`scores of the training framework, CSV or JSON: user,item,score or
    history,item,score (of a sequence the oldest first). Users are rows of the model's table; items
    are ids where --items or the input names them, else rows. What the file does not say is tried
    until the scores are reproduced`),
  dropUsers: paragraph(`remove all rows of trained users; keep their mean and covariance for new
    users (the default)`),
  keepUsers: "keep the trained users' rows, to check published figures; do not publish such a file",
  fold: "precompute the item half of the first layer, even if the file grows",
};

const HELP = `
--map takes a JSON file such as
  { "kind": "gmf",
    "tensors": { "gmf.item": "emb.weight",
                 "output.weight": { "name": "head", "transpose": true } },
    "description": { "output": "identity" },
    "padding": 0 }
Names on the left are those of docs/format.md. "padding" is the number of padding rows at the start
of the item table.

Examples:
  npx pocketrec-cli convert model.pth -o model.safetensors
  npx pocketrec-cli convert ml-1m_GMF_8.h5 ml-1m_MLP_64.h5 --alpha 0.5 -o neumf.safetensors
  npx pocketrec-cli convert NeuMF.pth --from recbole --items tokens.txt -o neumf.safetensors
  npx pocketrec-cli convert ease.npy --items items.txt --history-axis rows -o ease.safetensors
  npx pocketrec-cli convert sasrec.pth --expect scores.csv -o sasrec.safetensors`;

const OUTPUTS = ["sigmoid", "identity", "softmax"];
const EMPTY = ["masked", "zero", "attended"];

/** @param {import("commander").Command} program */
export function addConvert(program) {
  const command = program
    .command("convert")
    .summary("convert a model of another framework to a weights file")
    .description(TEXTS.description)
    .argument("<input>", "the model")
    .argument("[input2]", TEXTS.input2)
    .requiredOption("-o, --out <file>", "the weights file to write")
    .addOption(choice("--from <source>", "layout of the input", SOURCES).default("auto"))
    .option("--kind <kind>", TEXTS.kind)
    .addOption(choice("--output-function <name>", TEXTS.output, OUTPUTS))
    .option("--activation <names>", TEXTS.activation)
    .option("--rating <scale>", TEXTS.rating, ratingScale)
    .addOption(choice("--concat <order>", TEXTS.concat, ["user-item", "item-user"]))
    .addOption(choice("--join <order>", TEXTS.join, ["gmf-mlp", "mlp-gmf"]))
    .option("--alpha <number>", TEXTS.alpha, number(0, 1), 0.5)
    .option("--items <file>", TEXTS.items)
    .option("--padding <rows>", TEXTS.padding, whole(0))
    .option("--user-padding <rows>", TEXTS.userPadding, whole(0))
    .option("--map <file>", TEXTS.map)
    .option("--features <file>", TEXTS.features)
    .option("--data <file>", TEXTS.data)
    .option("--users <file-or-number>", TEXTS.users)
    .option("--layers <number>", TEXTS.layers, whole(1, 16))
    .addOption(choice("--loss <name>", TEXTS.loss, LOSSES))
    .option("--fold-in <settings>", TEXTS.foldIn, parseFoldIn)
    .option("--item-base <number>", TEXTS.itemBase, whole(0), 0)
    .option("--user-base <number>", "number of the first user in --data", whole(0), 0)
    .option("--epsilon <number>", TEXTS.epsilon, number(0, 1))
    .addOption(choice("--norm <place>", TEXTS.norm, ["before", "behind"]))
    .addOption(choice("--normalize <length>", TEXTS.normalize, ["none", "l2"]))
    .addOption(choice("--head <which>", TEXTS.head, ["first", "second"]))
    .addOption(choice("--history-axis <axis>", TEXTS.historyAxis, ["rows", "columns"]))
    .addOption(choice("--input-values <what>", TEXTS.inputValues, ["binary", "rating"]))
    .option("--diagonal <number>", TEXTS.diagonal, number(-1e6, 1e6))
    .option("--heads <number>", TEXTS.heads, whole(1))
    .addOption(choice("--norm-order <order>", TEXTS.normOrder, ["after", "before", "query"]))
    .addOption(choice("--positions <from>", TEXTS.positions, ["first", "last"]))
    .addOption(choice("--empty-positions <what>", TEXTS.emptyPositions, EMPTY))
    .option("--embedding-scale <number>", TEXTS.embeddingScale, number(-1e6, 1e6))
    .option("--window <events>", TEXTS.window, whole(1))
    .option("--user-table <name>", "the table of the users, where no name tells")
    .option("--layer-order <names>", TEXTS.layerOrder)
    .option("--ignore <name>", TEXTS.ignore, collect, [])
    .option("--global-mean <number>", TEXTS.globalMean, number(-1e6, 1e6))
    .option("--expect <file>", TEXTS.expect)
    .option("--drop-users", TEXTS.dropUsers)
    .option("--keep-users", TEXTS.keepUsers)
    .option("--fold", TEXTS.fold)
    .option("--no-fold", "do not precompute it: loading a model does")
    .option("--prune <count>", PRUNE, whole(1))
    .option("--name <title>", "title of the model")
    .option("--verbose", "list the tensors of a model that is not recognised")
    .addHelpText("after", HELP)
    .action(run);
  addReadingOptions(command);
}

/**
 * @param {string} input
 * @param {string | undefined} input2
 * @param {Record<string, any>} options
 */
async function run(input, input2, options) {
  if (options.dropUsers && options.keepUsers)
    throw new PocketrecError("bad-argument", "options", "--drop-users or --keep-users", "both");
  /** @type {{ name: string, bytes: Uint8Array }[]} */
  const files = [];
  for (const path of [input, input2])
    if (path !== undefined)
      files.push({ name: path.replace(/^.*[\\/]/, ""), bytes: await readBytes(path) });
  const extras = await readExtras(options);
  const bar = progress("converting", STAGES);
  try {
    const converted = await convert(files, { ...options, ...extras, onStage: bar.to });
    await verify(converted);
    bar.to(STAGES - 1);
    const { prune } = options;
    const bytes = prune ? await quantize(converted.bytes, "f32", prune) : converted.bytes;
    await writeBytes(options.out, bytes);
    bar.end();
    if (extras.read) for (const line of readingLines(extras.read)) say(line);
    printConverted(options.out, { ...converted, bytes });
    if (!prune) return;
    say(`pruned to ${prune} numbers a row:`);
    printComparison((await costOf(converted.bytes, bytes)).cost);
  } catch (error) {
    bar.end();
    if (options.verbose && error instanceof PocketrecError && error.code === "unknown-layout")
      listTensors(/** @type {any} */ (error).checkpoint);
    throw error;
  }
}

/**
 * The files that options name, and what follows from them.
 * @param {Record<string, any>} options
 */
async function readExtras({ items, users, map, features, data, expect, ...more }) {
  const { itemBase, userBase, outputFunction } = more;
  const json = async (/** @type {string | undefined} */ path) =>
    path ? parseJson(new TextDecoder().decode(await readBytes(path)), path) : undefined;
  const ids = items ? readIds(await readBytes(items), items) : undefined;
  const scores = expect ? readExpected(await readBytes(expect), expect) : undefined;
  const userIds =
    users && !/^\d+$/.test(users) ? readIds(await readBytes(users), users) : undefined;
  const extras = {
    ...{ ids, items: ids?.length, output: outputFunction, expect: scores },
    users: users && (userIds?.length ?? Number(users)),
  };
  const [mapping, schema] = [await json(map), await json(features)];
  if (!data) return { ...extras, map: mapping, features: schema, read: undefined };
  const interactions = await readInteractions(await readBytes(data), data, readOptionsOf(more));
  const ratings = ratingsByRow(interactions, { itemBase, userBase, ids, userIds });
  const read = { readings: [interactions.reading], unread: [] };
  return { ...extras, map: mapping, features: schema, ratings, read };
}

/**
 * Checks that the file loads, and that the kernels compute what the equations give.
 * @param {import("../convert/convert.js").Converted} converted
 */
async function verify({ bytes, finished }) {
  const hasChecks = finished.file.description.check.length > 0;
  const model = await (hasChecks ? loadVerified(bytes) : loadModel(bytes));
  model.dispose();
}
