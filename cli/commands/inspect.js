import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { assumptionLines } from "../convert/assumptions.js";
import { show } from "../../js/common/errors.js";
import { withPath, readBytes } from "../convert/files.js";
import { readCheckpoint } from "../convert/read.js";
import { USER_TABLES, userIdFeatures } from "../convert/finish/user-tables.js";
import { readPopularity } from "../../js/file/popularity.js";
import { readSafetensors } from "../../js/file/safetensors.js";
import { loadModel } from "../convert/load-model.js";
import { paragraph } from "./options.js";
import { bytes as size, say, sayJson, table } from "./terminal.js";

/** Larger files are compressed at a lower level: the best would take minutes. */
const BEST_BELOW = 4e6;

const TEXTS = {
  summary: "show kind, sizes, tensors, provenance, metrics, download size and memory of a file",
  description: paragraph(`Shows what a weights file contains: kind, sizes, tensors, provenance,
    metrics, download size and memory. For a file of another framework it lists the tensors as
    convert reads them.`),
};

/** @param {import("commander").Command} program */
export function addInspect(program) {
  program
    .command("inspect")
    .summary(TEXTS.summary)
    .description(TEXTS.description)
    .argument("<file>", "a weights file (docs/format.md), or any file that convert reads")
    .option("--json", "print JSON")
    .action(run);
}

/**
 * @param {string} path
 * @param {{ json?: boolean }} options
 */
async function run(path, { json }) {
  const bytes = await readBytes(path);
  const checkpoint = await withPath(path, () => readCheckpoint(bytes));
  if (!checkpoint.modelFile) return printForeign(path, checkpoint, json);
  const facts = await withPath(path, () => inspect(bytes));
  if (json) sayJson(facts);
  else printFacts(path, facts);
}

/**
 * @param {string} path
 * @param {import("../convert/checkpoint.js").Checkpoint} checkpoint
 * @param {boolean} [json]
 */
function printForeign(path, { format, tensors, sparse, classes }, json) {
  const list = [...tensors, ...(sparse ?? [])].map(([name, { shape }]) => ({ name, shape }));
  const type = classes.get("");
  if (json) return void sayJson({ format, class: type, tensors: list });
  const title = `${path}: ${format}${type ? `, ${type}` : ""}`;
  const rows = list.map(({ name, shape }) => [name, shape.join(" x ")]);
  say([`${title}; pocketrec-cli convert makes a weights file of it`, ""]);
  say(table(["tensor", "shape"], rows));
}

/** @typedef {Awaited<ReturnType<typeof inspect>>} Facts */

/** @param {Uint8Array} bytes */
async function inspect(bytes) {
  const { tensors } = readSafetensors(bytes);
  const model = await loadModel(bytes);
  const { format, kind, name, provenance, metrics, check = [], ...description } = model.info;
  const facts = {
    kind,
    name,
    items: model.itemCount,
    matrix: matrixOf(tensors),
    popularity: popularityOf(tensors, model.itemCount),
    description,
    provenance,
    metrics,
    checks: check.length,
    tensors: [...tensors.values()].map(({ name, dtype, shape, bytes }) => ({
      name,
      dtype,
      shape,
      bytes: bytes.length,
    })),
    userTables: [
      ...[...tensors.keys()].filter((name) => USER_TABLES.includes(name)),
      ...userIdFeatures(model.info).map(({ table }) => table),
    ],
    download: await downloadSizes(bytes),
    memory: model.bytes,
  };
  model.dispose();
  return facts;
}

/**
 * How an item-to-item model holds its matrix; undefined: it has none.
 *
 * @param {Map<string, import("../../js/file/safetensors.js").Tensor>} tensors
 */
function matrixOf(tensors) {
  const shapeOf = (/** @type {string} */ name) => tensors.get(name)?.shape;
  const items = (shapeOf("weight.offsets")?.[0] ?? 1) - 1;
  const [numbers] = shapeOf("weight.values") ?? [];
  if (numbers !== undefined)
    return { layout: "sparse", numbers, aRow: numbers / items, density: numbers / items ** 2 };
  const rank = shapeOf("item.input")?.[1];
  if (rank !== undefined) return { layout: "low rank", rank };
  return tensors.has("weight") ? { layout: "dense" } : undefined;
}

/**
 * How often the items occur in the training data; undefined: the file does not say.
 *
 * @param {Map<string, import("../../js/file/safetensors.js").Tensor>} tensors
 * @param {number} items
 */
function popularityOf(tensors, items) {
  const counts = readPopularity(tensors.get("item_popularity"), items)?.sort();
  if (!counts) return undefined;
  const [least, median, most] = [0, items >> 1, items - 1].map((at) => counts[at]);
  return { least, median, most };
}

/** @param {Uint8Array} bytes */
async function downloadSizes(bytes) {
  const isSmall = bytes.length < BEST_BELOW;
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: isSmall ? 11 : 5,
    [constants.BROTLI_PARAM_LGWIN]: 24,
  };
  const [zipped, packed] = await Promise.all([
    promisify(gzip)(bytes, { level: isSmall ? 9 : 6 }),
    promisify(brotliCompress)(bytes, { params }),
  ]);
  return { raw: bytes.length, gzip: zipped.length, brotli: packed.length };
}

/**
 * @param {string} path
 * @param {Facts} facts
 */
function printFacts(path, facts) {
  const { kind, name, items, description, checks, tensors, userTables, download, memory } = facts;
  const hasIds = tensors.some((tensor) => tensor.name === "item_ids");
  const { activation, output } = description;
  say(`${path}: ${kind}${name ? `, ${name}` : ""}`);
  say(`items      ${items}, named by ${hasIds ? "the app's ids" : "row"}`);
  say(`computes   ${inLine({ activation, output })}`);
  if (facts.popularity) say(`popularity ${inLine(facts.popularity)}`);
  if (facts.matrix) say(`matrix     ${matrixLine(facts.matrix)}`);
  if (tensors.some((tensor) => tensor.name === "item.vector"))
    say(`new users  ${fitLine(description.fold_in)}`);
  say(`checks     ${checks ? `${checks} check vectors (pocketrec-cli verify ${path})` : "none"}`);
  for (const line of assumptionLines({ ...description, provenance: facts.provenance })) say(line);
  if (userTables.length)
    say(`users      ${userTables.join(", ")}: trained users. Do not publish this file.`);
  const { raw, gzip, brotli } = download;
  say(`download   ${size(raw)}, gzip ${size(gzip)}, brotli ${size(brotli)}`);
  say(`memory     ${size(memory)}`);
  for (const title of /** @type {const} */ (["metrics", "provenance"])) {
    const value = facts[title];
    if (value && Object.keys(value).length) say(["", title, ...inLines(value)]);
  }
  const rows = tensors.map(({ name, dtype, shape, bytes }) => [
    name,
    dtype,
    shape.join(" x "),
    size(bytes),
  ]);
  say(["", ...table(["tensor", "dtype", "shape", "size"], rows)]);
}

/** @param {NonNullable<Facts["matrix"]>} matrix */
function matrixLine({ layout, numbers, aRow = 0, density = 0, rank }) {
  if (numbers === undefined) return rank === undefined ? layout : `${layout}, ${rank}`;
  const share = `${(100 * density).toPrecision(2)}%`;
  return `${layout}, ${numbers} numbers, ${aRow.toFixed(1)} a row, density ${share}`;
}

/**
 * How a dot product makes a vector of a history.
 * @param {Record<string, any>} foldIn fold_in of the metadata, with its defaults
 */
function fitLine({ loss, steps, learning_rate, negatives, prior, ...ridge }) {
  if (!loss) return "from a vector alone: no loss is stated (convert --loss)";
  const isDrawn = loss === "bpr" || loss === "log";
  return `fitted to the history; ${inLine({ loss, ...(isDrawn ? { negatives, prior } : ridge) })}`;
}

/** Metrics and provenance are printed up to this number of lines. */
const FACTS_MAX = 200;

/** @param {unknown} value of the metadata, which nests to any depth */
const inWords = (value) => (Array.isArray(value) ? value.map(inWord).join(", ") : inWord(value));

/** @param {unknown} value */
const inWord = (value) => (typeof value === "string" ? value : show(value));

/** @param {Record<string, unknown>} values */
const inLine = (values) =>
  Object.entries(values)
    .map(([key, value]) => `${key} ${inWords(value)}`)
    .join("; ");

/**
 * @param {Record<string, any>} values
 * @returns {string[]}
 */
function inLines(values) {
  const lines = [...linesOf(values, "  ")];
  const more = lines.length - FACTS_MAX;
  return more > 0 ? [...lines.slice(0, FACTS_MAX), `  ... and ${more} more`] : lines;
}

/**
 * @param {Record<string, any>} values
 * @param {string} indent
 * @returns {Generator<string>}
 */
function* linesOf(values, indent) {
  for (const [key, value] of Object.entries(values)) {
    const hasLines = value !== null && typeof value === "object" && !Array.isArray(value);
    yield hasLines ? `${indent}${key}` : `${indent}${key}: ${inWords(value)}`;
    if (hasLines) yield* linesOf(value, `${indent}  `);
  }
}
