// The command line as npm ships it, and input files in foreign layouts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";

import { writeSafetensors } from "./safetensors.js";

const COMMAND = resolve("cli/dist/main.js");

/** Runs `npx pocketrec-cli ...`; gives the exit status and the output. */
export function pocketrec(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...words.map(String)], {
    encoding: "utf8",
    maxBuffer: 64e6,
  });
  return { status, stdout, stderr };
}

/**
 * The words of a command: text is split at spaces, values are whole words or lists of them.
 *
 * @example
 *   pocketrec(...words`verify ${path} --users 10`);
 */
export const words = (texts, ...values) =>
  texts.flatMap((text, index) => [
    ...text.split(/\s+/).filter(Boolean),
    ...(index < values.length ? [values[index]].flat() : []),
  ]);

/** Runs `npx pocketrec-cli` with the words of a template. */
export const cli = (...template) => pocketrec(...words(...template));

/** Asserts exit code 2 and gives what was printed to standard error, without a stack trace. */
export function assertFails(...command) {
  const { status, stdout, stderr } = pocketrec(...command);
  assert.deepEqual([status, stdout], [2, ""], stderr);
  assert.ok(stderr.length > 10 && !/^\s+at /m.test(stderr), stderr);
  return stderr;
}

/** A temporary folder for a test file, removed after its tests; gives paths in it. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-command-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/** Writes a state dict as safetensors: { foreign name: tensor }. */
export function writeForeign(path, tensors) {
  writeFileSync(path, new Uint8Array(writeSafetensors(tensors)));
  return path;
}

/** The tensors { name: { dtype, shape } } of a weights file, and the parsed metadata. */
export function headerOf(path) {
  const file = readFileSync(path);
  const {
    __metadata__: { pocketrec },
    ...tensors
  } = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString());
  return { tensors, info: JSON.parse(pocketrec) };
}

/**
 * Tensors under foreign names.
 *
 * @param {Record<string, any>} tensors by our names
 * @param {Record<string, string>} names our name -> foreign name; other tensors are dropped
 */
export const renamed = (tensors, names) =>
  Object.fromEntries(Object.entries(names).map(([own, foreign]) => [foreign, tensors[own]]));

/** A matrix [out, in] as [in, out]. */
export function transposed({ shape: [rows, width], data }) {
  return {
    shape: [width, rows],
    data: Float32Array.from(
      { length: rows * width },
      (_, at) => data[(at % rows) * width + Math.floor(at / rows)],
    ),
  };
}
