// The command line as npm ships it, and files in other people's layouts for it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { after } from "node:test";

import { writeSafetensors } from "./safetensors.js";

const COMMAND = resolve("dist/cli/main.js");

/** What `npx pocketrec ...` says and how it ends. */
export function pocketrec(...words) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [COMMAND, ...words.map(String)], {
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

/** A folder for a test file, which goes when its tests are done. */
export function temporaryFolder() {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-command-"));
  after(() => rmSync(folder, { recursive: true, force: true }));
  return (name) => join(folder, name);
}

/** A state dict as safetensors: { their name: tensor }. */
export function writeForeign(path, tensors) {
  writeFileSync(path, new Uint8Array(writeSafetensors(tensors)));
  return path;
}

/** The header of a safetensors file: { name: { dtype, shape } }, and what the metadata says. */
export function headerOf(path) {
  const file = readFileSync(path);
  const {
    __metadata__: { pocketrec },
    ...tensors
  } = JSON.parse(file.subarray(8, 8 + Number(file.readBigUInt64LE(0))).toString());
  return { tensors, info: JSON.parse(pocketrec) };
}

/**
 * Tensors under other names.
 *
 * @param {Record<string, any>} tensors ours
 * @param {Record<string, string>} names ours -> theirs; what is not named is left out
 */
export const renamed = (tensors, names) =>
  Object.fromEntries(Object.entries(names).map(([ours, theirs]) => [theirs, tensors[ours]]));

/** [out, in] as [in, out]. */
export function transposed({ shape: [rows, width], data }) {
  return {
    shape: [width, rows],
    data: Float32Array.from(
      { length: rows * width },
      (_, at) => data[(at % rows) * width + Math.floor(at / rows)],
    ),
  };
}
