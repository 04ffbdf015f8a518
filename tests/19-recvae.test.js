// What RecVAE (Shenbin et al., WSDM 2020) needs beyond Mult-VAE: swish, layer normalisation and
// dense skips, against float64.
import assert from "node:assert/strict";
import { describe, test } from "node:test";

import { PocketrecError, loadModel } from "pocketrec";

import { assertClose } from "./lib/assert-close.js";
import {
  HISTORY,
  ITEMS,
  ROWS,
  load,
  tellChanges,
  tellFloat64,
  tellReasons,
} from "./lib/autoencoder-story.js";
import { randomAutoencoder, referenceRaw } from "./lib/autoencoder.js";
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
  "RecVAE with a decoder of its own": randomAutoencoder({
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

tellFloat64(CASES, ["RecVAE"], TABLES);

for (const [name, weights] of Object.entries(CASES)) {
  tellChanges(name, weights);
  tellReasons(name, weights);
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

describe("a file that lies", () => {
  const { tensors, info } = CASES.RecVAE;
  const shaped = (...shape) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
  });
  const changed = (changes, more) =>
    fileOf({
      tensors: Object.fromEntries(
        Object.entries({ ...tensors, ...changes }).filter(([, tensor]) => tensor),
      ),
      info: { ...info, ...more },
    });
  const plain = randomAutoencoder({ kind: "cdae", encoder: [9] });
  for (const [what, file, code, subject] of [
    [
      "a normalisation of another width",
      changed({ "encoder.1.norm.weight": shaped(14) }),
      "bad-shape",
      "encoder.1.norm.weight",
    ],
    [
      "a normalisation's bias of another width",
      changed({ "encoder.1.norm.bias": shaped(1, 15) }),
      "bad-shape",
      "encoder.1.norm.bias",
    ],
    [
      "a normalisation's bias alone",
      changed({ "encoder.1.norm.weight": undefined }),
      "missing-tensor",
      "encoder.1.norm.weight",
    ],
    [
      "a normalisation of NaN",
      changed({ "encoder.1.norm.weight": { shape: [15], data: new Float32Array(15).fill(NaN) } }),
      "not-finite",
      "encoder.1.norm.weight",
    ],
    [
      "scores that are normalised",
      changed({ "decoder.0.norm.weight": shaped(60) }),
      "unsupported",
      "decoder.0.norm.weight",
    ],
    [
      "a node before a normalisation",
      fileOf({ ...plain, tensors: { ...plain.tensors, "encoder.0.norm.weight": shaped(9) } }),
      "unsupported",
      "encoder.0.norm.weight",
    ],
    ["an epsilon of 0", changed({}, { norm: { epsilon: 0 } }), "bad-metadata", "norm.epsilon"],
    [
      "an epsilon that is a text",
      changed({}, { norm: { epsilon: "0.1" } }),
      "bad-metadata",
      "norm.epsilon",
    ],
    ["a norm that is a number", changed({}, { norm: 0.1 }), "bad-metadata", "norm"],
    ["an unknown skip", changed({}, { skip: "residual" }), "bad-metadata", "skip"],
    ["skips by a list", changed({}, { skip: ["dense"] }), "bad-metadata", "skip"],
    [
      "skips of codes",
      fileOf(randomAutoencoder({ kind: "autorec-item", info: { skip: "dense" } })),
      "bad-metadata",
      "skip",
    ],
    [
      "skips of a tower",
      fileOf(randomWeights({ info: { skip: "dense" } })),
      "bad-metadata",
      "skip",
    ],
    [
      "skips with nothing to skip",
      fileOf(randomAutoencoder({ encoder: [9, 9], info: { skip: "dense" } })),
      "bad-metadata",
      "skip",
    ],
    [
      "skips between layers of two widths",
      fileOf(randomAutoencoder({ encoder: [9, 9, 8, 4], info: { skip: "dense" } })),
      "bad-shape",
      "encoder.2.weight",
    ],
    [
      "swish for an output, which would not rank",
      changed({}, { output: "swish" }),
      "bad-metadata",
      "output",
    ],
    [
      "swish in a tower that is fitted through",
      fileOf(randomWeights({ info: { activation: "swish" } })),
      "bad-metadata",
      "activation",
    ],
    [
      "swish under a node that is fitted",
      fileOf(randomAutoencoder({ kind: "cdae", info: { activation: ["swish"] } })),
      "bad-metadata",
      "activation",
    ],
  ]) {
    test(what, async () => {
      const error = await loadModel(file).then(
        () => assert.fail("it was loaded"),
        (error) => error,
      );
      assert.ok(error instanceof PocketrecError, String(error.stack));
      assert.equal(error.code, code, error.message);
      assert.equal(error.subject, subject, error.message);
    });
  }

  test("two hundred files with random damage: each loads and answers, or says what is wrong", async () => {
    const good = fileOf(CASES["RecVAE with a decoder of its own"]);
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
