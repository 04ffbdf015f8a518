import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { dirname, parse, relative, resolve, sep } from "node:path";

import { WEIGHTS_MAX, assertWeightsName } from "../../js/cache/manifest.js";
import { writeBytes } from "../convert/files.js";
import { PocketrecError, show } from "../../js/common/errors.js";
import { fileError } from "../../js/common/file-error.js";
import { paragraph } from "./options.js";
import { bytes as size, progress, say, sayJson } from "./terminal.js";

/**
 * @typedef {{ name: string, url: string, version: string, bytes: number, sha256: string }} Listed
 */

const TEXTS = {
  description: paragraph(`Writes the manifest that fetchWeights of pocketrec/cache reads
    (docs/cache.md): for each file its URL relative to the manifest, version, length and SHA-256.
    The weights are named by the file without its last extension.`),
  out: "the file to write; without it the manifest is printed, with URLs from this folder",
  name: "the name that apps ask for, of one file (default: the file's, without .safetensors)",
  release: "version of all files (default: the first 12 digits of each file's SHA-256)",
};

/** @param {import("commander").Command} program */
export function addManifest(program) {
  program
    .command("manifest")
    .summary("list weights files for the browser's cache: URLs, versions, lengths, SHA-256")
    .description(TEXTS.description)
    .argument("<files...>", "weights files, as they will be published")
    .option("-o, --out <file>", TEXTS.out)
    .option("--name <name>", TEXTS.name)
    .option("--release <name>", TEXTS.release)
    .action(run);
}

/**
 * @param {string[]} paths
 * @param {{ out?: string, name?: string, release?: string }} options
 */
async function run(paths, { out, name, release }) {
  for (const [option, value] of Object.entries({ name, release }))
    if (value === "")
      throw new PocketrecError("bad-argument", `--${option}`, "a name", "an empty one");
  if (name !== undefined) {
    assertWeightsName(name);
    if (paths.length > 1)
      throw new PocketrecError("bad-argument", "--name", "one file", `${paths.length}`);
  } else assertDistinctNames(paths);
  const folder = out === undefined ? "." : dirname(out);
  /** @type {Listed[]} */
  const listed = [];
  for (const path of paths) listed.push(await list(path, folder, { name, release }));
  const weights = Object.fromEntries(listed.map(({ name, ...entry }) => [name, entry]));
  const manifest = { format: 1, weights };
  if (out === undefined) return void sayJson(manifest);
  const text = JSON.stringify(manifest, null, 2);
  await writeBytes(out, new TextEncoder().encode(`${text}\n`));
  for (const { name, version, bytes } of listed) say(`${name}: version ${version}, ${size(bytes)}`);
  say(`written to ${out}`);
}

/**
 * @param {string[]} paths
 * @throws {PocketrecError} "bad-argument": two files give the same name
 */
function assertDistinctNames(paths) {
  /** @type {Map<string, string>} */
  const known = new Map();
  for (const path of paths) {
    const { name } = parse(path);
    const other = known.get(name);
    if (other !== undefined) {
      const found = `weights ${show(name)} from ${other} already`;
      throw new PocketrecError("bad-argument", path, "files of different names", found);
    }
    known.set(name, path);
  }
}

/**
 * @param {string} path
 * @param {string} folder of the manifest
 * @param {{ name?: string, release?: string }} options
 * @returns {Promise<Listed>}
 */
async function list(path, folder, { name = parse(path).name, release }) {
  const { bytes, sha256 } = await digest(path);
  if (bytes < 1) throw new PocketrecError("truncated", path, "a weights file", "an empty file");
  if (bytes > WEIGHTS_MAX)
    throw new PocketrecError("too-large", path, `at most ${WEIGHTS_MAX} bytes`, `${bytes}`);
  const url = relative(resolve(folder), resolve(path)).split(sep).map(encodeURIComponent).join("/");
  return { name, url, version: release ?? sha256.slice(0, 12), bytes, sha256 };
}

/**
 * Length and SHA-256 of a file, read in chunks.
 * @param {string} path
 */
async function digest(path) {
  const hash = createHash("sha256");
  let bytes = 0;
  try {
    const stats = await stat(path);
    if (!stats.isFile()) {
      const code = stats.isDirectory() ? "EISDIR" : undefined;
      throw fileError(path, { code, message: "no regular file" });
    }
    const bar = progress(parse(path).base, stats.size);
    try {
      for await (const chunk of createReadStream(path)) {
        hash.update(chunk);
        bytes += chunk.length;
        bar.to(bytes);
      }
    } finally {
      bar.end();
    }
  } catch (cause) {
    if (cause instanceof PocketrecError) throw cause;
    throw fileError(path, cause);
  }
  return { bytes, sha256: hash.digest("hex") };
}
