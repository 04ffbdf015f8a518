// Manifests of the cache: an entry that is accepted names one file, its size and its digest.
import { entryOf } from "../../../js/cache/manifest.js";
import { mutateJson } from "../mutate/json.js";
import { mutateBytes } from "../mutate/bytes.js";
import { bytesOf, mustHold, textOf } from "./reader.js";

const SHA = "0123456789abcdef".repeat(4);
const MANIFEST = {
  format: 1,
  weights: {
    films: { url: "films.safetensors", version: "3", bytes: 12345, sha256: SHA },
    books: { url: "https://b.example/books", version: "2020-01-01", bytes: 1, sha256: SHA },
  },
};

/** @type {import("./reader.js").Reader} */
export const manifests = {
  seeds: () => [bytesOf(JSON.stringify(MANIFEST))],
  mutate: (seed, draws) =>
    draws.once(4) ? mutateBytes(seed, draws) : bytesOf(mutateJson(MANIFEST, draws)),
  read(bytes, draws) {
    let manifest;
    try {
      manifest = JSON.parse(textOf(bytes));
    } catch {
      return;
    }
    const name = draws.pick(["films", "books", "__proto__", "constructor", ""]);
    const entry = entryOf(manifest, name, "m", "https://a.example/");
    mustHold(/^https?:\/\/[^@]*$/.test(entry.url), "a URL without a password");
    mustHold(Number.isInteger(entry.bytes) && entry.bytes > 0, "a size");
    mustHold(/^[0-9a-f]{64}$/.test(entry.sha256), "a digest");
    mustHold(typeof entry.version === "string" && entry.version !== "", "a version");
  },
};
