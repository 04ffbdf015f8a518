// Files that are no model: each is named, with the way out.
import { describe, test } from "node:test";

import { readCheckpoint } from "../cli/convert/read.js";
import { assertRefused } from "./lib/assert-refused.js";

const text = (value) => new TextEncoder().encode(value);

/** A pickle of an object of a class, and one of a call of a function. */
const objectOf = (module, name) => text(`\x80\x02c${module}\n${name}\n)\x81.`);
const callOf = (module, name) => text(`\x80\x02c${module}\n${name}\n)R.`);
const asBytes = (bytes) => bytes.filter((byte) => byte !== 0xc2);

const FILES = {
  "a pointer of Git LFS": [
    text("version https://git-lfs.github.com/spec/v1\noid sha256:ab\nsize 12\n"),
    "unknown-format",
    /pointer of Git LFS.*git lfs pull/,
  ],
  "a TensorFlow Lite model": [
    text("\x1c\0\0\0TFL3" + "\0".repeat(40)),
    "unknown-format",
    /TensorFlow Lite.*model\.save/,
  ],
  "a web page": [
    text("<!DOCTYPE html><html></html>"),
    "unknown-format",
    /a web page.*download link/,
  ],
  "a gzip archive": [
    Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0),
    "unknown-format",
    /gzip.*Unpack/,
  ],
  JSON: [text('{"user": [1, 2]}'), "unknown-format", /found JSON/],
  "a pickle of scikit-learn": [
    asBytes(objectOf("sklearn.decomposition._nmf", "NMF")),
    "unsupported",
    /a pickle of scikit-learn.*numpy\.savez/,
  ],
  "a pickle of pandas": [
    asBytes(callOf("pandas._libs.internals", "_unpickle_block")),
    "unsupported",
    /a pickle of pandas.*numpy\.savez/,
  ],
};

describe("files that are no model", () => {
  for (const [title, [bytes, code, message]] of Object.entries(FILES))
    test(title, async () => {
      await assertRefused(() => readCheckpoint(bytes), code, message);
    });
});
