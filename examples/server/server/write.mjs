// Writes the files of a publication. A reader finds the old file or the new one, never a part.
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, gzip } from "node:zlib";

const ENCODERS = [
  [".br", promisify(brotliCompress)], // quality 11 is the default: slow, but once
  [".gz", (bytes) => promisify(gzip)(bytes, { level: 9 })],
];

/** Weights stay as they are: they hardly shrink, and ranges of them can be asked for. */
const isCompressed = (path) => !path.endsWith(".safetensors");

/** @param {string} path @param {Uint8Array} bytes */
export async function writeWhole(path, bytes) {
  await mkdir(dirname(path), { recursive: true });
  if (isCompressed(path)) for (const encoder of ENCODERS) await writeEncoded(path, bytes, encoder);
  await replace(path, bytes);
}

/** @param {string} path @param {unknown} value */
export const writeJson = (path, value) => writeWhole(path, Buffer.from(JSON.stringify(value)));

/** An encoding that saves less than a tenth is not worth a variant in every cache. */
async function writeEncoded(path, bytes, [ending, encode]) {
  const encoded = await encode(bytes);
  if (encoded.length < 0.9 * bytes.length) await replace(path + ending, encoded);
  else await rm(path + ending, { force: true });
}

async function replace(path, bytes) {
  const part = `${path}.${process.pid}.part`;
  await writeFile(part, bytes);
  await rename(part, path);
}
