// What RecVAE (Shenbin et al., WSDM 2020) needs beyond Mult-VAE: swish, layer normalisation and
// dense skips, against float64.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import {
  HISTORY,
  ITEMS,
  ROWS,
  load,
  testUpdates,
  testFloat64,
  testReasons,
} from "./lib/autoencoder-tests.js";
import { randomAutoencoder, referenceRaw } from "./lib/autoencoder.js";
import { changedFile, filled, zeros } from "./lib/changed-files.js";
import { uniform } from "./lib/random.js";
import { randomTwoStage, referenceRaw as twoStageRaw } from "./lib/two-stage.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const SWISH = Array(5).fill("swish");

const RECVAE = {
  kind: "mult-dae",
  encoder: [15, 15, 15, 15, 15, 6],
  norm: true,
  info: { activation: [...SWISH, "identity"], skip: "dense", norm: { epsilon: 0.1 } },
};
const CASES = {
  RecVAE: randomAutoencoder(RECVAE),
  "RecVAE with a separate decoder": randomAutoencoder({
    ...RECVAE,
    decoder: [15],
    info: { ...RECVAE.info, activation: [...SWISH, "identity", "swish"] },
  }),
  "dense skips alone": randomAutoencoder({
    encoder: [13, 13, 13],
    info: { skip: "dense", activation: "tanh" },
  }),
  "normalisation alone, tied": randomAutoencoder({
    encoder: [10, 7],
    decoder: [10],
    norm: true,
    info: { tied: true, activation: "swish" },
  }),
  "normalised ratings, without biases": randomAutoencoder({
    kind: "autorec-user",
    encoder: [17, 9],
    bias: false,
    norm: true,
    info: { activation: "swish" },
  }),
};
delete CASES["normalised ratings, without biases"].tensors["encoder.0.norm.bias"];
const TABLES = [
  "encoder.0.weight",
  "encoder.1.weight",
  "encoder.2.weight",
  "encoder.3.weight",
  "encoder.4.weight",
  "encoder.5.weight",
  "decoder.0.weight",
  "encoder.2.bias",
  "encoder.1.norm.weight",
];

testFloat64(CASES, ["RecVAE"], TABLES);

for (const [name, weights] of Object.entries(CASES)) {
  testUpdates(name, weights);
  testReasons(name, weights);
}

test("layers whose outputs are all the same are normalised to their bias, not to NaN", async () => {
  const { tensors, info } = CASES["normalisation alone, tied"];
  const nothing = ({ shape, data }) => ({ shape, data: data.map(() => 0) });
  const weights = {
    tensors: {
      ...tensors,
      "encoder.0.weight": nothing(tensors["encoder.0.weight"]),
      "encoder.0.bias": nothing(tensors["encoder.0.bias"]),
    },
    info,
  };
  const model = await load(weights);
  assertClose(
    model.score(model.user({ history: HISTORY }), ROWS, { raw: true }),
    referenceRaw(weights, HISTORY),
    "raw",
  );
});

test("the towers of both stages take swish", async () => {
  for (const kind of ["candidates", "ranker"]) {
    const weights = randomTwoStage({
      kind,
      items: ITEMS,
      tower: [12, 7],
      info: { activation: "swish" },
    });
    const model = await load(weights);
    const raw = twoStageRaw(weights, [3, 17], {});
    assertClose(
      model.score(model.user({ history: [3, 17] }), ROWS, { raw: true }),
      Array.from(ROWS, (row) => raw[row]),
      kind,
    );
  }
});

test("without a description of it: the framework's epsilon, and no skips", async () => {
  const { info } = await load(randomAutoencoder({ encoder: [13] }));
  assert.deepEqual([info.norm, info.skip], [{ epsilon: 1e-5 }, "none"]);
});

describe("files that are refused", () => {
  const NORM = "encoder.1.norm.weight";
  // The changed tensors (null: removed), and the subject if it is not the first of them.
  const TENSORS = [
    ["a normalisation of another width", { [NORM]: zeros(14) }, "bad-shape"],
    ["a bias of another width", { "encoder.1.norm.bias": zeros(1, 15) }, "bad-shape"],
    ["a bias without its weight", { [NORM]: null }, "missing-tensor"],
    ["NaN in a normalisation", { [NORM]: filled(NaN, 15) }, "not-finite"],
    ["scores that are normalised", { "decoder.0.norm.weight": zeros(60) }, "unsupported"],
  ];
  for (const [what, changes, code, subject = Object.keys(changes)[0]] of TENSORS)
    test(what, () => assertRefused(loadModel(changedFile(CASES.RecVAE, changes)), code, subject));

  const INFO = [
    ["an epsilon of 0", { norm: { epsilon: 0 } }, "norm.epsilon"],
    ["an epsilon that is a text", { norm: { epsilon: "0.1" } }, "norm.epsilon"],
    ["a norm that is a number", { norm: 0.1 }, "norm"],
    ["an unknown skip", { skip: "residual" }, "skip"],
    ["skips in a list", { skip: ["dense"] }, "skip"],
    ["swish for an output, which would not rank", { output: "swish" }, "output"],
  ];
  for (const [what, info, subject] of INFO) {
    const file = changedFile(CASES.RecVAE, {}, info);
    test(what, () => assertRefused(loadModel(file), "bad-metadata", subject));
  }

  const cdae = randomAutoencoder({ kind: "cdae", encoder: [9] });
  const normalised = changedFile(cdae, { "encoder.0.norm.weight": zeros(9) });
  const dense = { info: { skip: "dense" } };
  const swish = randomAutoencoder({ kind: "cdae", info: { activation: ["swish"] } });
  const tower = randomWeights({ info: { activation: "swish" } });
  const skipping = (shape) => fileOf(randomAutoencoder({ ...shape, ...dense }));
  const FILES = [
    ["a normalisation of a fitted node", normalised, "unsupported", "encoder.0.norm.weight"],
    ["skips of codes", skipping({ kind: "autorec-item" }), "bad-metadata", "skip"],
    ["skips of a tower", fileOf(randomWeights(dense)), "bad-metadata", "skip"],
    ["skips with nothing to skip", skipping({ encoder: [9, 9] }), "bad-metadata", "skip"],
    ["skips of two widths", skipping({ encoder: [9, 9, 8, 4] }), "bad-shape", "encoder.2.weight"],
    ["swish in a tower with fold-in", fileOf(tower), "bad-metadata", "activation"],
    ["swish under a fitted node", fileOf(swish), "bad-metadata", "activation"],
  ];
  for (const [what, file, code, subject] of FILES)
    test(what, () => assertRefused(loadModel(file), code, subject));

  test("two hundred files with random damage either work or are refused", async () => {
    const good = fileOf(CASES["RecVAE with a separate decoder"]);
    const next = uniform(4);
    for (let round = 0; round < 200; round++) {
      const file = new Uint8Array(good.slice(0));
      for (let hit = 0; hit <= round % 3; hit++)
        file[Math.floor(next() * (round % 2 ? 3000 : file.length))] ^= 1 << Math.floor(next() * 8);
      const model = await loadModel(file).catch((error) =>
        assert.ok(error instanceof PocketrecError, error.stack),
      );
      if (!model) continue;
      assert.equal(model.recommend(model.user({ history: [] }), { topK: 5 }).length, 5);
      model.dispose();
    }
  });
});
