// Files of HNSW indexes: a changed one is refused, and never reaches the library.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { loadModel } from "pocketrec";
import { hnswIndex } from "pocketrec/hnsw";

import { randomTwoStage } from "../../lib/two-stage.js";
import { fileOf } from "../../lib/weights.js";
import { mutateBytes } from "../mutate/bytes.js";
import { mustHold } from "./reader.js";

let folder;
let model;
let original;

/** @type {import("./reader.js").Reader} */
export const indexes = {
  async seeds() {
    folder ??= mkdtempSync(join(tmpdir(), "pocketrec-fuzz-"));
    model ??= await loadModel(
      fileOf(randomTwoStage({ kind: "candidates", items: 20, tower: [4] })),
    );
    const index = await hnswIndex(model, { connectivity: 4 });
    await index.save(join(folder, "seed"));
    original = readFileSync(join(folder, "seed"));
    return [new Uint8Array(original)];
  },
  mutate: mutateBytes,
  async read(bytes) {
    const file = join(folder, "case");
    writeFileSync(file, bytes);
    const index = await hnswIndex(model, { connectivity: 4, file });
    mustHold(original.equals(bytes), "a changed index was loaded");
    const found = await index.search(new Float32Array(4).fill(1), { topK: 5 });
    mustHold(found.length === 5, "five items found");
  },
  end: () => folder && rmSync(folder, { recursive: true, force: true }),
};
