import { Option } from "commander";

import { convert, STAGES } from "../convert/convert.js";
import { readIds } from "../convert/finish/item-ids.js";
import { SOURCES } from "../convert/layouts.js";
import { PocketrecError, show } from "../common/errors.js";
import { readInteractions } from "../evaluate/interactions.js";
import { loadModel } from "../index.node.js";
import { readBytes, writeBytes } from "../convert/files.js";
import { number, paragraph, ratingScale, whole } from "./options.js";
import { bytes as size, note, progress, say, table } from "./terminal.js";
import { listTensors } from "./tensors.js";

/** @param {import("commander").Command} program */
export function addConvert(program) {
  program
    .command("convert")
    .summary("make a weights file of a model that another framework trained")
    .description(
      paragraph(`Makes a weights file of a model that another framework trained: safetensors, PyTorch .pth and .pt (state dicts and
whole modules; nothing in them is executed), Keras .h5 and .keras, ONNX, numpy .npz. Whose layout it is, names and shapes
tell. The result is loaded and asked for its check vectors, which come from the equations in double precision, before it
is written.`),
    )
    .argument("<input>", "the model")
    .argument("[input2]", "a second one: a GMF and an MLP, in any order, are fused into a NeuMF")
    .requiredOption("-o, --out <file>", "the weights file to write")
    .addOption(new Option("--from <source>", "whose layout it is").choices(SOURCES).default("auto"))
    .option(
      "--kind <kind>",
      "the architecture, where the file leaves it open: gmf, mlp, autoencoder, autorec-user, autorec-item, cdae, mult-dae",
    )
    .addOption(
      new Option(
        "--output-function <name>",
        "the output function, which a state dict does not hold",
      ).choices(["sigmoid", "identity", "softmax"]),
    )
    .option(
      "--activation <names>",
      "of the hidden layers: one, or one each with commas (relu, sigmoid, tanh, identity, elu, selu)",
    )
    .option(
      "--rating <scale>",
      "the scale of ratings, MINIMUM:MAXIMUM[:POSITIVE], as in 1:5 or 0.5:5:4",
      ratingScale,
    )
    .addOption(
      new Option("--concat <order>", "which half of the tower's input comes first").choices([
        "user-item",
        "item-user",
      ]),
    )
    .addOption(
      new Option("--join <order>", "which block of NeuMF's output layer comes first").choices([
        "gmf-mlp",
        "mlp-gmf",
      ]),
    )
    .option("--alpha <number>", "of two files: the weight of the GMF, 0 to 1", number(0, 1), 0.5)
    .option(
      "--items <file>",
      "the app's ids of the items, one a line (or a JSON list), in the order of the model's rows",
    )
    .option(
      "--padding <rows>",
      "how many rows at the beginning of items and of users stand for none, where the file does not tell (RecBole's one)",
      whole(0),
    )
    .option(
      "--map <file>",
      "a JSON file that names the tensors by hand, where no layout fits (see below)",
    )
    .option(
      "--features <file>",
      'of a tower over features (DeepCTR): a JSON list of them in the order of the training script, as docs/format.md has them, an item\'s with its "values"',
    )
    .option(
      "--data <file>",
      "of an AutoRec by item: the ratings that it was trained with, from which its items are encoded",
    )
    .option(
      "--item-base <number>",
      "what --data calls the first item, where no --items names them",
      whole(0),
      0,
    )
    .option("--user-base <number>", "what --data calls the first user", whole(0), 0)
    .option(
      "--drop-users",
      "leave out whatever has a row a user, and keep their mean and covariance for new people (the default)",
    )
    .option(
      "--keep-users",
      "keep the trained users' rows, to check published figures: such a file is not for publishing",
    )
    .option(
      "--fold",
      "compute the item half of the first layer ahead, even where the file grows by it",
    )
    .option("--no-fold", "leave it to loading")
    .option("--name <title>", "a title for people")
    .addHelpText(
      "after",
      `
--map takes { "kind": "gmf", "tensors": { "gmf.item": "emb.weight", "output.weight": { "name": "head", "transpose": true } },
"description": { "output": "identity" }, "padding": 0 }: our names are those of docs/format.md; "padding" is how many rows at
the beginning of the items stand for none.

Examples:
  npx pocketrec convert model.pth -o model.safetensors
  npx pocketrec convert ml-1m_GMF_8.h5 ml-1m_MLP_64.h5 --alpha 0.5 -o neumf.safetensors
  npx pocketrec convert NeuMF-Nov-26-2026.pth --from recbole --items tokens.txt -o neumf.safetensors`,
    )
    .action(run);
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
  const ids = options.items && readIds(await readBytes(options.items), options.items);
  const [map, features] = await Promise.all(
    [options.map, options.features].map(
      async (path) => path && readJson(await readBytes(path), path),
    ),
  );
  const ratings =
    options.data &&
    ratingsOf(
      await readInteractions(await readBytes(options.data), options.data),
      /** @type {any} */ (options),
      ids,
    );
  const bar = progress("converting", STAGES);
  try {
    const converted = await convert(files, {
      ...options,
      output: options.outputFunction,
      ids,
      items: ids?.length,
      map,
      features,
      ratings,
      onStage: bar.to,
    });
    await check(converted);
    bar.to(STAGES - 1);
    await writeBytes(options.out, converted.bytes);
    bar.end();
    report(options.out, converted);
  } catch (error) {
    bar.end();
    if (error instanceof PocketrecError && error.code === "unknown-layout")
      listTensors(/** @type {any} */ (error).checkpoint);
    throw error;
  }
}

/**
 * Ratings by rows of users and items.
 *
 * @param {import("../evaluate/interactions.js").Interactions} data
 * @param {{ itemBase: number, userBase: number }} bases
 * @param {(string | number)[] | undefined} ids
 */
function ratingsOf({ path, users, items, user, item, rating }, { itemBase, userBase }, ids) {
  if (!rating) throw new PocketrecError("bad-argument", path, "a column of ratings", "none");
  const places = ids && new Map(ids.map((id, row) => [String(id), row]));
  const rowOf = (
    /** @type {string} */ name,
    /** @type {number} */ base,
    /** @type {Map<string, number> | undefined} */ known,
  ) => {
    const row = known ? (known.get(name) ?? -1) : Number(name) - base;
    if (Number.isInteger(row) && row >= 0) return row;
    throw new PocketrecError(
      "unknown-item",
      path,
      known ? "items that --items names" : `rows from ${base} on`,
      show(name),
    );
  };
  const userRows = users.map((name) => rowOf(name, userBase, undefined));
  const itemRows = items.map((name) => rowOf(name, itemBase, places));
  const count = ids?.length ?? itemRows.reduce((most, row) => Math.max(most, row + 1), 0);
  return {
    items: count,
    user: Uint32Array.from(user, (place) => userRows[place]),
    item: Uint32Array.from(item, (place) => itemRows[place]),
    rating,
  };
}

/**
 * @param {Uint8Array} bytes
 * @param {string} path
 */
function readJson(bytes, path) {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (cause) {
    throw new PocketrecError("bad-argument", path, "JSON", "something else", { cause });
  }
}

/**
 * Whether the kernels give what the equations give, and the file is one that loads.
 * @param {import("../convert/convert.js").Converted} converted
 */
async function check({ bytes, finished }) {
  const model = await loadModel(bytes, { verify: finished.file.description.check.length > 0 });
  model.dispose();
}

/**
 * @param {string} path
 * @param {import("../convert/convert.js").Converted} converted
 */
function report(
  path,
  {
    bytes,
    blueprint: { layout, kind, unused, notes, padding },
    finished: { file, itemCount, droppedTables, isFolded },
  },
) {
  say(`${path}: ${kind}, ${itemCount} items, ${size(bytes.length)}, from ${layout}`);
  const checks = file.description.check.length;
  say(
    checks
      ? `checked: ${checks} people's scores are what the equations give`
      : "not checked: there are no check vectors for this kind",
  );
  if (droppedTables.length)
    say(
      `left out: ${droppedTables.join(", ")}, whose rows are people; their mean ${droppedTables.includes("user") ? "stays" : "and covariance stay"} for new ones`,
    );
  if (padding)
    say(
      `taken away: ${padding === 1 ? "a row" : `${padding} rows`} of padding, which ${padding === 1 ? "stands" : "stand"} for no item`,
    );
  if (isFolded) say("folded: the item half of the first layer");
  if (!file.kept.has("item_ids")) say("items are named by row: --items gives them your app's ids");
  for (const text of notes) note(`note: ${text}`);
  if (unused.size) note(`not taken from the file:\n${table(["tensor", "why"], [...unused])}`);
}
