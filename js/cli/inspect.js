import { brotliCompressSync, constants, gzipSync } from "node:zlib";

import { readCheckpoint } from "../convert/read.js";
import { USER_TABLES, userIdFeatures } from "../convert/finish/user-tables.js";
import { loadModel } from "../index.node.js";
import { readSafetensors } from "../file/safetensors.js";
import { withPath, readBytes } from "../convert/files.js";
import { paragraph } from "./options.js";
import { bytes as size, say, table } from "./terminal.js";

/** Larger files are not compressed at the best level: that would take minutes. */
const BEST_BELOW = 20e6;

/** @param {import("commander").Command} program */
export function addInspect(program) {
  program
    .command("inspect")
    .summary("what a weights file is: kind, sizes, tensors, provenance, metrics, download, memory")
    .description(
      paragraph(`Says what a weights file is: kind, sizes, tensors, provenance, metrics, what it takes to download and to hold in memory. Of a
file of another framework it lists the tensors, as convert finds them.`),
    )
    .argument("<file>", "a weights file (docs/format.md), or whatever convert reads")
    .option("--json", "for machines")
    .action(run);
}

/**
 * @param {string} path
 * @param {{ json?: boolean }} options
 */
async function run(path, { json }) {
  const bytes = await readBytes(path);
  const checkpoint = await withPath(path, () => readCheckpoint(bytes));
  if (!checkpoint.modelFile) return listForeign(path, checkpoint, json);
  const facts = await withPath(path, () => inspect(bytes));
  if (json) say(JSON.stringify(facts, null, 2));
  else print(path, facts);
}

/**
 * @param {string} path
 * @param {import("../convert/checkpoint.js").Checkpoint} checkpoint
 * @param {boolean} [json]
 */
function listForeign(path, { format, tensors, classes }, json) {
  const list = [...tensors].map(([name, { shape }]) => ({ name, shape }));
  const type = classes.get("");
  if (json) return void say(JSON.stringify({ format, class: type, tensors: list }, null, 2));
  say(
    `${path}: ${format}${type ? `, ${type}` : ""}; pocketrec convert makes a weights file of it\n`,
  );
  say(
    table(
      ["tensor", "shape"],
      list.map(({ name, shape }) => [name, shape.join(" x ")]),
    ),
  );
}

/** @typedef {Awaited<ReturnType<typeof inspect>>} Facts */

/** @param {Uint8Array} bytes */
async function inspect(bytes) {
  const { tensors } = readSafetensors(bytes);
  const model = await loadModel(bytes);
  const { format, kind, name, provenance, metrics, check = [], ...description } = model.info;
  const quality = bytes.length < BEST_BELOW ? 11 : 5;
  const facts = {
    kind,
    name,
    items: model.itemCount,
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
    download: {
      raw: bytes.length,
      gzip: gzipSync(bytes, { level: bytes.length < BEST_BELOW ? 9 : 6 }).length,
      brotli: brotliCompressSync(bytes, {
        params: { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 24 },
      }).length,
    },
    memory: model.bytes,
  };
  model.dispose();
  return facts;
}

/**
 * @param {string} path
 * @param {Facts} facts
 */
function print(
  path,
  {
    kind,
    name,
    items,
    description,
    provenance,
    metrics,
    checks,
    tensors,
    userTables,
    download,
    memory,
  },
) {
  say(`${path}: ${kind}${name ? `, ${name}` : ""}`);
  say(
    `items      ${items}${tensors.some((tensor) => tensor.name === "item_ids") ? ", named by the app's ids" : ", named by row"}`,
  );
  say(`computes   ${shown({ activation: description.activation, output: description.output })}`);
  say(`checks     ${checks ? `${checks} check vectors (pocketrec verify ${path})` : "none"}`);
  if (userTables.length)
    say(
      `users      ${userTables.join(", ")}: rows of trained users. This file is not for publishing.`,
    );
  say(
    `download   ${size(download.raw)}, gzip ${size(download.gzip)}, brotli ${size(download.brotli)}`,
  );
  say(`memory     ${size(memory)}`);
  for (const [title, value] of /** @type {const} */ ([
    ["metrics", metrics],
    ["provenance", provenance],
  ])) {
    if (value && Object.keys(value).length) say(`\n${title}\n${lines(value).join("\n")}`);
  }
  say(
    `\n${table(
      ["tensor", "dtype", "shape", "size"],
      tensors.map(({ name, dtype, shape, bytes }) => [name, dtype, shape.join(" x "), size(bytes)]),
    )}`,
  );
}

/** @param {Record<string, unknown>} value */
const shown = (value) =>
  Object.entries(value)
    .map(([key, entry]) => `${key} ${Array.isArray(entry) ? entry.join(", ") : entry}`)
    .join("; ");

/**
 * @param {Record<string, any>} value
 * @param {string} [indent]
 * @returns {string[]}
 */
function lines(value, indent = "  ") {
  return Object.entries(value).flatMap(([key, entry]) =>
    entry !== null && typeof entry === "object" && !Array.isArray(entry)
      ? [`${indent}${key}`, ...lines(entry, `${indent}  `)]
      : [`${indent}${key}: ${Array.isArray(entry) ? entry.join(", ") : entry}`],
  );
}
