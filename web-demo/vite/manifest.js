/**
 * The manifest of the weights, with the length and SHA-256 of each, so that the page caches and
 * verifies them (docs/cache.md).
 */
import { createHash } from "node:crypto";

const WEIGHTS = ".safetensors";

/** @param {Map<string, Uint8Array>} files by name; those that are no weights are left out */
export function manifestOf(files) {
  const weights = [...files].filter(([name]) => name.endsWith(WEIGHTS));
  return {
    format: 1,
    weights: Object.fromEntries(
      weights.map(([url, bytes]) => [url.slice(0, -WEIGHTS.length), entryOf(url, bytes)]),
    ),
  };
}

function entryOf(url, bytes) {
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  return { url, version: sha256.slice(0, 12), bytes: bytes.length, sha256 };
}
