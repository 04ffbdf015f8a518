// Models in other layouts become weights files: random models under the names and in the order of
// each layout.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { deepctrLayout } from "../cli/convert/layouts/deepctr/layout.js";
import { assertClose } from "./lib/assert-close.js";
import { assertRefused } from "./lib/assert-refused.js";
import { randomAutoencoder, referenceRaw } from "./lib/autoencoder.js";
import {
  headerOf,
  pocketrec,
  renamed,
  temporaryFolder,
  transposed,
  writeForeign,
} from "./lib/command-line.js";
import { normal } from "./lib/random.js";
import { referenceLogits } from "./lib/reference.js";
import { fileOf, randomWeights } from "./lib/weights.js";

const at = temporaryFolder();
const USERS = 30;
const ITEMS = 50;
const NEUMF = { users: USERS, items: ITEMS, gmf: 6, user: 8, item: 8, widths: [16, 6] };

/** Converts tensors of another layout. */
async function convert(name, tensors, ...options) {
  const input = writeForeign(at(`${name}.foreign`), tensors);
  const output = at(`${name}.safetensors`);
  const { status, stdout, stderr } = pocketrec("convert", input, "-o", output, ...options);
  assert.equal(status, 0, stderr);
  return {
    path: output,
    stdout,
    stderr,
    model: await loadModel(output, { verify: headerOf(output).info.check.length > 0 }),
  };
}

/** Asserts that a conversion is refused, and gives its message. */
function assertConvertRefused(message, input, ...options) {
  const { status, stderr } = pocketrec("convert", input, "-o", at("never"), ...options);
  assert.equal(status, 2);
  assert.match(stderr, message);
  return stderr;
}

/** The mean row of a table, without the first rows. */
function meanRow({ shape: [rows, width], data }, skipped = 0) {
  const values = data.slice(skipped * width);
  return Array.from({ length: width }, (_, k) =>
    values.reduce((sum, value, i) => sum + (i % width === k ? value : 0) / (rows - skipped), 0),
  );
}

const rows = Uint32Array.from({ length: ITEMS }, (_, row) => row);
const rowOf = ({ shape: [, width], data }, row) => data.slice(row * width, (row + 1) * width);

/** Asserts that stored users have the scores of the reference. */
function assertSameUsers(model, { tensors, info }, output = "sigmoid") {
  assert.equal(model.info.output, output);
  for (const id of [0, 7, USERS - 1]) {
    const vector = [
      ...(tensors["gmf.user"] ? rowOf(tensors["gmf.user"], id) : []),
      ...(tensors["mlp.user"] ? rowOf(tensors["mlp.user"], id) : []),
    ];
    assertClose(
      model.score(model.user({ id }), rows, { raw: true }),
      referenceLogits(tensors, vector, rows, info.activation),
    );
  }
}

describe("neural collaborative filtering", () => {
  const layers = (weights, name) =>
    Object.fromEntries(
      Object.keys(weights.tensors)
        .filter((ours) => ours.startsWith("mlp.layers."))
        .map((ours) => [ours, name(...ours.split(".").slice(2))]),
    );

  test("embed_user_GMF: NeuMF that contains the models it was made from", async () => {
    const weights = randomWeights(NEUMF);
    const names = {
      "gmf.user": "embed_user_GMF.weight",
      "gmf.item": "embed_item_GMF.weight",
      "mlp.user": "embed_user_MLP.weight",
      "mlp.item": "embed_item_MLP.weight",
      ...layers(weights, (k, part) => `MLP_layers.${1 + 3 * k}.${part}`),
      "output.weight": "predict_layer.weight",
      "output.bias": "predict_layer.bias",
    };
    const own = renamed(weights.tensors, names);
    const inner = renamed(randomWeights({ ...NEUMF, seed: 9 }).tensors, names);
    const nested = Object.fromEntries(
      Object.entries(inner).map(([name, tensor]) => [`GMF_model.${name}`, tensor]),
    );
    const { model, stderr } = await convert("nested", { ...nested, ...own }, "--keep-users");
    assert.equal(model.kind, "neumf");
    assertSameUsers(model, weights);
    assert.match(stderr, /GMF_model\.predict_layer\.bias +of a model inside this one/);
  });

  test("embed_user_GMF: a GMF or an MLP, by the tables that were trained", async () => {
    const next = normal(5);
    const untrained = (...shape) => ({
      shape,
      data: Float32Array.from({ length: shape[0] * shape[1] }, () => 0.01 * next()),
    });
    const gmf = randomWeights({ ...NEUMF, kind: "gmf" });
    const mlp = randomWeights({ ...NEUMF, kind: "mlp" });
    const tower = renamed(
      mlp.tensors,
      layers(mlp, (k, part) => `MLP_layers.${1 + 3 * k}.${part}`),
    );
    const gmfFile = {
      ...tower,
      "embed_user_GMF.weight": gmf.tensors["gmf.user"],
      "embed_item_GMF.weight": gmf.tensors["gmf.item"],
      "embed_user_MLP.weight": untrained(USERS, 8),
      "embed_item_MLP.weight": untrained(ITEMS, 8),
      "predict_layer.weight": gmf.tensors["output.weight"],
      "predict_layer.bias": gmf.tensors["output.bias"],
    };
    const mlpFile = {
      ...tower,
      "embed_user_GMF.weight": untrained(USERS, 6),
      "embed_item_GMF.weight": untrained(ITEMS, 6),
      "embed_user_MLP.weight": mlp.tensors["mlp.user"],
      "embed_item_MLP.weight": mlp.tensors["mlp.item"],
      "predict_layer.weight": mlp.tensors["output.weight"],
      "predict_layer.bias": mlp.tensors["output.bias"],
    };
    const [a, b] = [
      await convert("only-gmf", gmfFile, "--keep-users"),
      await convert("only-mlp", mlpFile, "--keep-users"),
    ];
    assert.deepEqual([a.model.kind, b.model.kind], ["gmf", "mlp"]);
    assertSameUsers(a.model, gmf);
    assertSameUsers(b.model, mlp);
    const both = {
      ...gmfFile,
      "embed_user_MLP.weight": mlp.tensors["mlp.user"],
      "embed_item_MLP.weight": mlp.tensors["mlp.item"],
    };
    const input = writeForeign(at("both"), both);
    const message = assertConvertRefused(/The output layer fits both: use --kind gmf/, input);
    const [, asGmf, asMlp] = message.match(/use (.*), or (.*)\.\n/);
    const gmfAgain = await convert("both-gmf", both, "--keep-users", ...asGmf.split(" "));
    assertSameUsers(gmfAgain.model, gmf);
    const output = Object.fromEntries(
      Object.entries(mlpFile).filter(([name]) => name.startsWith("predict")),
    );
    const mlpAgain = await convert(
      "both-mlp",
      { ...both, ...output },
      "--keep-users",
      ...asMlp.split(" "),
    );
    assertSameUsers(mlpAgain.model, mlp);
    assertConvertRefused(/embed_item_MLP\.weight \[50, 8\]/, input, "--kind", "gmf");
  });

  test("fc_layers and affine_output: the output layer takes the MLP first", async () => {
    const weights = randomWeights(NEUMF);
    const names = {
      "gmf.user": "embedding_user_mf.weight",
      "gmf.item": "embedding_item_mf.weight",
      "mlp.user": "embedding_user_mlp.weight",
      "mlp.item": "embedding_item_mlp.weight",
      ...layers(weights, (k, part) => `fc_layers.${k}.${part}`),
      "output.bias": "affine_output.bias",
    };
    const { data } = weights.tensors["output.weight"];
    const swapped = {
      shape: [1, 12],
      data: Float32Array.of(...data.slice(6), ...data.slice(0, 6)),
    };
    const { model } = await convert(
      "mlp-first",
      { ...renamed(weights.tensors, names), "affine_output.weight": swapped },
      "--keep-users",
    );
    assertSameUsers(model, weights);
    const plain = {
      ...renamed(weights.tensors, names),
      "affine_output.weight": weights.tensors["output.weight"],
    };
    const stated = await convert("gmf-first", plain, "--keep-users", "--join", "gmf-mlp");
    assertSameUsers(stated.model, weights);
  });

  test("the item's half first, another activation, twelve layers in sorted order", async () => {
    const sizes = { user: 7, item: 9, widths: Array(12).fill(8) };
    const info = { activation: "tanh" };
    const weights = randomWeights({ ...NEUMF, ...sizes, kind: "mlp", info });
    const names = {
      "mlp.user": "user_embedding.weight",
      "mlp.item": "item_embedding.weight",
      ...layers(weights, (k, part) => `fc.${k}.${part}`),
      "output.weight": "out.weight",
      "output.bias": "out.bias",
    };
    const first = weights.tensors["mlp.layers.0.weight"];
    const rotated = {
      shape: [8, 16],
      data: Float32Array.from(
        { length: 128 },
        (_, i) => first.data[i - (i % 16) + (((i % 16) + 7) % 16)],
      ),
    };
    const tensors = { ...renamed(weights.tensors, names), "fc.0.weight": rotated };
    const sorted = Object.fromEntries(Object.entries(tensors).sort(([a], [b]) => (a < b ? -1 : 1)));
    const options = ["--keep-users", "--concat", "item-user", "--activation", "tanh"];
    const { model } = await convert("sorted", sorted, ...options);
    assertSameUsers(model, weights);
  });

  test("batch normalisation before and behind the activation is folded", async () => {
    for (const isBehind of [false, true]) {
      const weights = randomWeights(NEUMF);
      const next = normal(11);
      const numbers = (size) => ({
        shape: [size],
        data: Float32Array.from({ length: size }, next),
      });
      const norm = {
        weight: numbers(16),
        bias: numbers(16),
        running_mean: numbers(16),
        running_var: { shape: [16], data: numbers(16).data.map((x) => x * x + 0.2) },
      };
      const scale = norm.weight.data.map(
        (gain, k) => gain / Math.sqrt(norm.running_var.data[k] + 1e-5),
      );
      const shift = norm.bias.data.map(
        (offset, k) => offset - norm.running_mean.data[k] * scale[k],
      );
      const tensors = {
        user_embedding_gmf: weights.tensors["gmf.user"],
        item_embedding_gmf: weights.tensors["gmf.item"],
        user_embedding_mlp: weights.tensors["mlp.user"],
        item_embedding_mlp: weights.tensors["mlp.item"],
        "mlp.0.weight": weights.tensors["mlp.layers.0.weight"],
        "mlp.0.bias": weights.tensors["mlp.layers.0.bias"],
        ...Object.fromEntries(
          Object.entries(norm).map(([part, tensor]) => [`mlp.${isBehind ? 2 : 1}.${part}`, tensor]),
        ),
        "mlp.4.weight": weights.tensors["mlp.layers.1.weight"],
        "mlp.4.bias": weights.tensors["mlp.layers.1.bias"],
        "head.weight": weights.tensors["output.weight"],
        "head.bias": weights.tensors["output.bias"],
      };
      const { model } = await convert(`norm-${isBehind}`, tensors, "--keep-users");
      for (const id of [0, 9]) {
        const [p, e] = [
          rowOf(weights.tensors["gmf.user"], id),
          rowOf(weights.tensors["mlp.user"], id),
        ];
        const expected = Array.from(rows, (row) => {
          const x = [...e, ...rowOf(weights.tensors["mlp.item"], row)];
          const normed = (values) => values.map((value, k) => value * scale[k] + shift[k]);
          const relu = (values) => values.map((value) => Math.max(value, 0));
          const apply = (k, input) =>
            Array.from(weights.tensors[`mlp.layers.${k}.bias`].data, (bias, o) =>
              input.reduce(
                (sum, value, i) =>
                  sum + value * rowOf(weights.tensors[`mlp.layers.${k}.weight`], o)[i],
                bias,
              ),
            );
          const z = relu(
            apply(1, isBehind ? normed(relu(apply(0, x))) : relu(normed(apply(0, x)))),
          );
          return [
            ...rowOf(weights.tensors["gmf.item"], row).map((value, k) => value * p[k]),
            ...z,
          ].reduce(
            (sum, value, k) => sum + value * weights.tensors["output.weight"].data[k],
            weights.tensors["output.bias"].data[0],
          );
        });
        assertClose(model.score(model.user({ id }), rows, { raw: true }), expected);
      }
    }
  });

  test("unnamed tables: the first is the users', unless --items tells otherwise", async () => {
    const weights = randomWeights({ ...NEUMF, kind: "gmf" });
    const names = {
      "gmf.user": "embedding.weight",
      "gmf.item": "embedding_1.weight",
      "output.weight": "dense.weight",
      "output.bias": "dense.bias",
    };
    const { model, stderr } = await convert(
      "nameless",
      renamed(weights.tensors, names),
      "--keep-users",
    );
    assertSameUsers(model, weights);
    assert.match(stderr, /the first table is taken as the users'/);
    writeFileSync(at("ids.txt"), Array.from(rows, (row) => `film ${row}`).join("\n"));
    const swapped = renamed(weights.tensors, {
      ...names,
      "gmf.user": "embedding_1.weight",
      "gmf.item": "embedding.weight",
    });
    const options = ["--keep-users", "--items", at("ids.txt")];
    const stated = await convert("nameless-swapped", swapped, ...options);
    assertSameUsers(stated.model, weights);
    assert.doesNotMatch(stated.stderr, /the first table is taken/);
  });

  test("matrix factorisation of ratings with biases: the user's bias is kept", async () => {
    const { tensors } = randomWeights({ ...NEUMF, kind: "gmf" });
    const next = normal(4);
    const bias = (size) => ({
      shape: [size, 1],
      data: Float32Array.from({ length: size }, () => 0.3 * next()),
    });
    const [users, items] = [bias(USERS), bias(ITEMS)];
    const global = { shape: [1], data: Float32Array.of(3.6) };
    const file = {
      "user_factors.weight": tensors["gmf.user"],
      "item_factors.weight": tensors["gmf.item"],
      "user_biases.weight": users,
      "item_biases.weight": items,
      global_bias: global,
    };
    const { model, path } = await convert("factors", file, "--keep-users", "--rating", "1:5");
    for (const id of [3, 21]) {
      const p = rowOf(tensors["gmf.user"], id);
      const expected = Array.from(rows, (row) =>
        rowOf(tensors["gmf.item"], row).reduce(
          (sum, value, k) => sum + value * p[k],
          3.6 + users.data[id] + items.data[row],
        ),
      );
      const user = model.user({ id });
      assertClose(model.score(user, rows, { raw: true }), expected);
      const clipped = expected.map((score) => Math.min(Math.max(score, 1), 5));
      assertClose(model.score(user, rows), clipped);
    }
    assert.deepEqual(
      [headerOf(path).info.output, headerOf(path).info.rating],
      ["identity", { minimum: 1, maximum: 5 }],
    );
  });

  test("a GMF and an MLP are fused, in either order, as a mix of their logits", async () => {
    const [gmf, mlp] = ["gmf", "mlp"].map((kind) => randomWeights({ ...NEUMF, kind }));
    const [a, b] = [gmf, mlp].map((weights, n) => {
      writeFileSync(at(`part${n}`), new Uint8Array(fileOf(weights)));
      return at(`part${n}`);
    });
    for (const pair of [
      [a, b],
      [b, a],
    ]) {
      assert.equal(
        pocketrec("convert", ...pair, "--alpha", 0.3, "--keep-users", "-o", at("fused")).status,
        0,
      );
      const model = await loadModel(at("fused"), { verify: true });
      const one = referenceLogits(gmf.tensors, rowOf(gmf.tensors["gmf.user"], 5), rows);
      const other = referenceLogits(mlp.tensors, rowOf(mlp.tensors["mlp.user"], 5), rows);
      assertClose(
        model.score(model.user({ id: 5 }), rows, { raw: true }),
        one.map((logit, row) => 0.3 * logit + 0.7 * other[row]),
      );
    }
  });
});

describe("autoencoders", () => {
  const history = [
    { item: 3, rating: 4 },
    { item: 11, rating: 2 },
    { item: 40, rating: 5 },
  ];

  /** Asserts the reference's scores of a history. */
  const assertSame = (model, weights) =>
    assertClose(
      model.score(model.user({ history }), rows, { raw: true }),
      referenceRaw(weights, history),
    );

  test("CDAE: the mean of the user nodes stands for a new user", async () => {
    const weights = randomAutoencoder({ kind: "cdae", items: ITEMS, users: USERS });
    const mean = meanRow(weights.tensors.user);
    weights.tensors.user_mean = { shape: [mean.length], data: Float32Array.from(mean) };
    const names = {
      user: "user_embedding.weight",
      "encoder.0.weight": "encoder.weight",
      "encoder.0.bias": "encoder.bias",
      "decoder.0.weight": "decoder.weight",
      "decoder.0.bias": "decoder.bias",
    };
    const { model, path } = await convert("cdae", renamed(weights.tensors, names));
    assert.equal(model.kind, "cdae");
    assertSame(model, weights);
    assert.ok(!("user" in headerOf(path).tensors));
  });

  test("CDAE whose encoder takes the one-hot user behind the items", async () => {
    const weights = randomAutoencoder({ kind: "cdae", items: ITEMS, users: USERS });
    const { user, "encoder.0.weight": encoder } = weights.tensors;
    const [width] = encoder.shape;
    const rowsOf = ({ data }, size) =>
      Array.from({ length: width }, (_, k) => data.subarray(k * size, (k + 1) * size));
    const items = rowsOf(encoder, ITEMS);
    const users = rowsOf(transposed(user), USERS);
    const file = {
      "enc_layer.weight": {
        shape: [width, ITEMS + USERS],
        data: Float32Array.from(items.flatMap((row, k) => [...row, ...users[k]])),
      },
      "enc_layer.bias": weights.tensors["encoder.0.bias"],
      "dec_layer.weight": weights.tensors["decoder.0.weight"],
      "dec_layer.bias": weights.tensors["decoder.0.bias"],
    };
    weights.tensors.user_mean = {
      shape: [width],
      data: Float32Array.from(users, (row) => row.reduce((sum, value) => sum + value, 0) / USERS),
    };
    const { model, path } = await convert("one-hot", file);
    assert.equal(model.kind, "cdae");
    assertSame(model, weights);
    for (const [name, { shape }] of Object.entries(headerOf(path).tensors))
      assert.ok(!shape.some((size) => size === USERS || size === ITEMS + USERS), name);
    const names = {
      "enc_layer.weight": "layers.0.weight",
      "enc_layer.bias": "layers.0.bias",
      "dec_layer.weight": "layers.1.weight",
      "dec_layer.bias": "layers.1.bias",
    };
    await assert.rejects(convert("classifier", renamed(file, names)), /a known model/);
  });

  test("Mult-VAE: only the mean of the encoder's last layer", async () => {
    const weights = randomAutoencoder({
      kind: "mult-dae",
      items: ITEMS,
      encoder: [20, 6],
      decoder: [20],
      info: { activation: ["tanh", "identity", "tanh"] },
    });
    const next = normal(3);
    const more = (tensor) => ({
      shape: [12, ...tensor.shape.slice(1)],
      data: Float32Array.of(...tensor.data, ...Array.from(tensor.data, next)),
    });
    const file = Object.fromEntries(
      Object.entries(weights.tensors).map(([name, tensor]) => [
        name.replace("encoder", "q_layers").replace("decoder", "p_layers"),
        name.startsWith("encoder.1") ? more(tensor) : tensor,
      ]),
    );
    const { model } = await convert("vae", file);
    assert.equal(model.kind, "mult-dae");
    assertSame(model, weights);
  });

  test("the vae_cf notebook's names, whose kernels are [in, out]", async () => {
    const weights = randomAutoencoder({ kind: "mult-dae", items: ITEMS, encoder: [20] });
    const file = {
      weight_0to1: transposed(weights.tensors["encoder.0.weight"]),
      bias_1: weights.tensors["encoder.0.bias"],
      weight_1to2: transposed(weights.tensors["decoder.0.weight"]),
      bias_2: weights.tensors["decoder.0.bias"],
    };
    assertSame((await convert("vae-cf", file)).model, weights);
    const variables = Object.fromEntries(
      Object.entries(file).map(([name, tensor]) => [`${name}:0`, tensor]),
    );
    assertSame((await convert("vae-cf-variables", variables)).model, weights);
  });

  test("layers of unknown order are ordered by their sizes", async () => {
    const weights = randomAutoencoder({
      kind: "mult-dae",
      items: ITEMS,
      encoder: [20, 6],
      decoder: [12],
    });
    const file = Object.fromEntries(
      [
        ["dense_3", "encoder.0"],
        ["dense_2", "encoder.1"],
        ["dense_1", "decoder.0"],
        ["dense", "decoder.1"],
      ].flatMap(([theirs, ours]) =>
        ["weight", "bias"].map((part) => [`${theirs}.${part}`, weights.tensors[`${ours}.${part}`]]),
      ),
    );
    assertSame((await convert("by-size", file, "--kind", "mult-dae")).model, weights);
  });

  test("user-based AutoRec as V, mu, W, b", async () => {
    const weights = randomAutoencoder({ kind: "autorec-user", items: ITEMS, encoder: [20] });
    const file = {
      V: transposed(weights.tensors["encoder.0.weight"]),
      mu: weights.tensors["encoder.0.bias"],
      W: transposed(weights.tensors["decoder.0.weight"]),
      b: weights.tensors["decoder.0.bias"],
    };
    const options = ["--kind", "autorec-user", "--rating", "1:5"];
    assertSame((await convert("autorec", file, ...options)).model, weights);
  });

  test("item-based AutoRec: item codes and mean rows, no weights of users", async () => {
    const next = normal(12);
    const tensor = (...shape) => ({
      shape,
      data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.4 * next()),
    });
    const file = {
      "encoder.weight": tensor(5, USERS),
      "encoder.bias": tensor(5),
      "decoder.weight": tensor(USERS, 5),
      "decoder.bias": tensor(USERS),
    };
    const ratings = Array.from({ length: USERS }, (_, user) =>
      Array.from(rows, (item) => ((user * 7 + item * 3) % 4 ? 0 : 1 + ((user + item) % 5))),
    );
    const lines = ratings.flatMap((list, user) =>
      list.flatMap((rating, item) => (rating ? [`${user},${item},${rating}`] : [])),
    );
    writeFileSync(at("ratings.csv"), `user,item,rating\n${lines.join("\n")}\n`);
    const kind = ["--kind", "autorec-item"];
    const data = ["--data", at("ratings.csv"), "--rating", "1:5"];
    const { model, path } = await convert("autorec-item", file, ...kind, ...data);
    const [encoder, bias] = [file["encoder.weight"].data, file["encoder.bias"].data];
    const code = (item) =>
      Array.from({ length: 5 }, (_, k) => {
        const sum = ratings.reduce(
          (total, list, user) => total + encoder[k * USERS + user] * list[item],
          bias[k],
        );
        return 1 / (1 + Math.exp(-sum));
      });
    const mean = (tensor) => Float32Array.from(meanRow(tensor));
    const decoderBias = { shape: [USERS, 1], data: file["decoder.bias"].data };
    const weights = {
      info: { format: 1, kind: "autorec-item", rating: { minimum: 1, maximum: 5 } },
      tensors: {
        "item.code": { shape: [ITEMS, 5], data: Float32Array.from([...rows].flatMap(code)) },
        user_mean: { shape: [5], data: mean(file["decoder.weight"]) },
        user_bias: { shape: [1], data: mean(decoderBias) },
      },
    };
    assertSame(model, weights);
    for (const [name, { shape }] of Object.entries(headerOf(path).tensors))
      assert.ok(!shape.includes(USERS), name);
    const message = /--data: expected the ratings that the model was trained with, found none/;
    assertConvertRefused(message, at("autorec-item.foreign"), ...kind);
  });

  test("an autoencoder of unknown kind is refused", () => {
    const { tensors } = randomAutoencoder({ items: ITEMS });
    const names = { "encoder.0.weight": "encoder.weight", "decoder.0.weight": "decoder.weight" };
    const input = writeForeign(at("some"), renamed(tensors, names));
    const message = /an autoencoder of 50 items of unknown kind\. Use --kind mult-dae/;
    assertConvertRefused(message, input);
  });

  test("RecBole: the padding rows of items and users are removed", async () => {
    const weights = randomAutoencoder({
      kind: "cdae",
      items: ITEMS,
      users: USERS,
      info: { activation: "relu" },
    });
    const names = {
      user: "h_user.weight",
      "encoder.0.weight": "h_item.weight",
      "encoder.0.bias": "h_item.bias",
      "decoder.0.weight": "out_layer.weight",
      "decoder.0.bias": "out_layer.bias",
    };
    const tokens = ["[PAD]", ...Array.from(rows.slice(1), (row) => `film ${row}`)];
    writeFileSync(at("tokens.txt"), `${tokens.join("\n")}\n`);
    const options = ["--from", "recbole", "--items", at("tokens.txt")];
    const { model, stdout } = await convert("recbole", renamed(weights.tensors, names), ...options);
    assert.match(stdout, /cdae, 49 items, .*RecBole CDAE/);
    assert.match(stdout, /removed: 1 padding row/);
    const mean = meanRow(weights.tensors.user, 1);
    const user = model.user({ history: ["film 3", "film 11", "film 40"] });
    assertClose(
      model.score(user, rows.slice(0, -1), { raw: true }),
      referenceRaw(weights, history, mean).slice(1),
    );
    assert.equal(model.recommend(user, { topK: Infinity }).length, ITEMS - 1);
  });
});

describe("towers", () => {
  const next = normal(15);
  const tensor = (...shape) => ({
    shape,
    data: Float32Array.from({ length: shape.reduce((a, b) => a * b) }, () => 0.5 * next()),
  });
  const layers = {
    "fc1.weight": tensor(7, 4),
    "fc1.bias": tensor(7),
    "fc2.weight": tensor(ITEMS, 7),
    "fc2.bias": tensor(ITEMS),
  };

  /** fc2 relu(fc1 x) */
  function scores(x) {
    const apply = (name, input) =>
      Array.from(layers[`${name}.bias`].data, (bias, o) =>
        input.reduce((sum, value, i) => sum + value * rowOf(layers[`${name}.weight`], o)[i], bias),
      );
    return apply(
      "fc2",
      apply("fc1", x).map((value) => Math.max(value, 0)),
    );
  }

  test("over the mean of a history", async () => {
    const table = tensor(ITEMS, 4);
    const { model } = await convert("watch-tower", { "movie_embedding.weight": table, ...layers });
    const mean = [...rowOf(table, 3)].map(
      (value, k) => (value + rowOf(table, 9)[k] + rowOf(table, 40)[k]) / 3,
    );
    assert.deepEqual([model.kind, model.info.output], ["candidates", "softmax"]);
    assertClose(
      model.score(model.user({ history: [3, 9, 40] }), rows, { raw: true }),
      scores(mean),
    );
  });

  test("over a trained user's id: not for publishing, but lists can be checked", async () => {
    const table = tensor(USERS, 4);
    const file = { "user_embedding.weight": table, ...layers };
    const message = /user\.embedding: expected a model over the user's history, .*--keep-users/;
    assertConvertRefused(message, writeForeign(at("user-tower"), file));
    const { model, path } = await convert("kept-tower", file, "--keep-users");
    for (const id of [0, 8])
      assertClose(
        model.score(model.user({ history: [], features: { user: id } }), rows, { raw: true }),
        scores([...rowOf(table, id)]),
      );
    // A second conversion does not make it publishable.
    assertConvertRefused(message, path);
    assert.match(
      pocketrec("inspect", path).stdout,
      /user\.embedding: trained users\. Do not publish this file\./,
    );
    const lists = Array.from({ length: USERS }, (_, id) =>
      scores([...rowOf(table, id)])
        .map((score, row) => ({ score, row }))
        .sort((a, b) => b.score - a.score)
        .slice(0, 10)
        .map(({ row }) => row),
    );
    writeFileSync(at("lists.json"), JSON.stringify(lists));
    const { metrics, users } = JSON.parse(
      pocketrec("evaluate", path, "--data", at("lists.json"), "--protocol", "lists", "--json")
        .stdout,
    );
    assert.deepEqual([users, ...metrics.map(({ value }) => value)], [USERS, 1, 1]);
  });
});

describe("finishing", () => {
  const weights = randomWeights(NEUMF);
  const names = {
    "gmf.user": "user_gmf.weight",
    "gmf.item": "item_gmf.weight",
    "mlp.user": "user_mlp.weight",
    "mlp.item": "item_mlp.weight",
    "mlp.layers.0.weight": "fc.0.weight",
    "mlp.layers.0.bias": "fc.0.bias",
    "mlp.layers.1.weight": "fc.1.weight",
    "mlp.layers.1.bias": "fc.1.bias",
    "output.weight": "out.weight",
    "output.bias": "out.bias",
  };

  test("user tables are replaced by their mean and covariance", async () => {
    const { path, stdout } = await convert("published", renamed(weights.tensors, names));
    const { tensors } = headerOf(path);
    for (const [name, { shape }] of Object.entries(tensors))
      assert.ok(!shape.includes(USERS), name);
    assert.deepEqual(tensors["gmf.user_covariance"].shape, [6, 6]);
    assert.match(stdout, /removed: gmf\.user, mlp\.user/);
    const mean = (await loadModel(path)).user({ history: [] }).vector;
    const expected = meanRow(weights.tensors["gmf.user"]);
    assertClose(mean.slice(0, expected.length), expected);
  });

  test("the item half is folded if the file does not grow, or as asked", async () => {
    const tensorsOf = async (...args) => headerOf((await convert(...args)).path).tensors;
    const wide = renamed(weights.tensors, names);
    // 16 numbers per item instead of 8.
    assert.equal((await tensorsOf("wide", wide))["mlp.item_hidden"], undefined);
    const folded = await convert("folded", wide, "--fold", "--keep-users");
    assert.deepEqual(headerOf(folded.path).tensors["mlp.item_hidden"].shape, [ITEMS, 16]);
    assertSameUsers(folded.model, weights);
    const { "gmf.user": _, "gmf.item": __, ...mlpNames } = names;
    const { tensors } = randomWeights({ ...NEUMF, kind: "mlp", item: 16 });
    const narrow = renamed(tensors, mlpNames);
    assert.ok((await tensorsOf("narrow", narrow))["mlp.item_hidden"]);
    assert.ok((await tensorsOf("unfolded", narrow, "--no-fold"))["mlp.item"]);
  });

  test("--padding removes the first rows of items and users", async () => {
    const options = ["--padding", 2, "--keep-users"];
    const { model } = await convert("padded", renamed(weights.tensors, names), ...options);
    assert.equal(model.itemCount, ITEMS - 2);
    const vector = [
      ...rowOf(weights.tensors["gmf.user"], 9),
      ...rowOf(weights.tensors["mlp.user"], 9),
    ];
    assertClose(
      model.score(model.user({ id: 7 }), rows.slice(0, -2), { raw: true }),
      referenceLogits(weights.tensors, vector, rows).slice(2),
    );
  });

  test("a weights file gets ids, and its user tables are dropped", async () => {
    writeFileSync(at("own"), new Uint8Array(fileOf(weights)));
    writeFileSync(at("ids.json"), JSON.stringify(Array.from(rows, (row) => 1000 + row)));
    const options = ["-o", at("own.out"), "--items", at("ids.json"), "--name", "Ours"];
    assert.equal(pocketrec("convert", at("own"), ...options).status, 0);
    const { tensors, info } = headerOf(at("own.out"));
    assert.ok(!("gmf.user" in tensors) && "gmf.user_mean" in tensors);
    assert.equal(info.name, "Ours");
    const model = await loadModel(at("own.out"));
    assert.deepEqual(
      model.rank(model.user({ history: [1003] }), [1001]).map(({ item }) => item),
      [1001],
    );
  });

  test("ids that do not fit are refused", () => {
    const input = writeForeign(at("fits"), renamed(weights.tensors, names));
    const same = Array(50).fill("same").join("\n");
    const count = /items: expected 50 ids, one for each item of the model, found 2/;
    const list = /^pocketrec: .*bad\.json, id "1": expected the number of a row, .* found "a"\.$/m;
    const refused = [
      ["bad.txt", "a\nb\n", count],
      ["bad.txt", same, /items: expected each id once, found "same" more than once/],
      ["bad.json", '{ "1": "a" }', list],
    ];
    for (const [name, text, message] of refused) {
      writeFileSync(at(name), text);
      assertConvertRefused(message, input, "--items", at(name));
    }
  });

  test("--map names tensors by hand, and transposes them", async () => {
    const { tensors } = randomWeights({ ...NEUMF, kind: "gmf" });
    const map = {
      kind: "gmf",
      tensors: {
        "gmf.item": { name: "x", transpose: true },
        "gmf.user": "y",
        "output.weight": "z",
      },
      description: { output: "identity" },
    };
    const file = {
      x: transposed(tensors["gmf.item"]),
      y: tensors["gmf.user"],
      z: tensors["output.weight"],
      more: tensors["output.bias"],
    };
    writeFileSync(at("map.json"), JSON.stringify(map));
    const options = ["--map", at("map.json"), "--keep-users"];
    assertConvertRefused(
      /does not use: more \[1\]\. Name them in --map, or, if they are no part .* --ignore more/,
      writeForeign(at("mapped.foreign"), file),
      ...options,
    );
    const { model, stderr } = await convert("mapped", file, ...options, "--ignore", "more");
    assertSameUsers(
      model,
      { tensors: { ...tensors, "output.bias": undefined }, info: {} },
      "identity",
    );
    assert.match(stderr, /more +as --ignore says/);
  });

  test("a wrong --map is refused", () => {
    const unknown = /--map, gmf\.item: expected the name of a tensor in the file, found "nope"/;
    const missing =
      /mlp\.layers\.0\.weight: expected a tensor .* in a file of kind "mlp", found none/;
    const shape = /output\.weight: expected \[1, 6\], found \[6,50\]/;
    const refused = [
      [{ kind: "gmf", tensors: { "gmf.item": "nope" } }, unknown],
      [
        { kind: "gmf", tensors: { "gmf.item": "y", "output.bais": "z" } },
        /--map, tensors: expected a tensor of kind gmf, .*, found "output\.bais"/,
      ],
      [[], /--map, file: expected an object/],
      [{ tensors: {} }, /--map, kind/],
      [{ kind: "mlp", tensors: { "mlp.item": "y", "mlp.layers.1.weight": "x" } }, missing],
      [{ kind: "gmf", tensors: { "gmf.item": "y", "output.weight": "x" } }, shape],
      [{ kind: "magic", tensors: { "gmf.item": "y", other: "x" } }, /kind: expected gmf, /],
    ];
    const { tensors } = randomWeights({ ...NEUMF, kind: "gmf" });
    const file = { x: transposed(tensors["gmf.item"]), y: tensors["gmf.user"] };
    const input = writeForeign(at("wrongly-mapped"), file);
    for (const [map, message] of refused) {
      writeFileSync(at("wrong.json"), JSON.stringify(map));
      assertConvertRefused(message, input, "--map", at("wrong.json"));
    }
  });

  test("an unknown model is refused in one line; --verbose lists tensors and known layouts", () => {
    const { tensors } = randomWeights({ ...NEUMF, kind: "gmf" });
    const file = { "block.a": tensors["gmf.item"], "block.b": tensors["gmf.user"] };
    const hint =
      /^pocketrec: .*block\.a \[50, 6\], .*--map FILE\.json names the tensors by hand.*\n$/;
    const path = writeForeign(at("strange"), file);
    assertConvertRefused(hint, path);
    const stderr = assertConvertRefused(/\npocketrec: .*\n$/, path, "--verbose");
    assert.match(stderr, /block\.a +\[50, 6\]\nblock\.b +\[30, 6\]/);
    assert.match(stderr, /GMF +two tables \[users, k\], \[items, k\]/);
  });

  test("values that are not finite, and vanished tables, are refused", () => {
    const { tensors } = randomWeights({ ...NEUMF, kind: "gmf" });
    const { shape, data } = tensors["gmf.item"];
    const infinite = /gmf\.item: expected finite numbers, found NaN at index 0 of 50 x 6/;
    const refused = [
      [Float32Array.of(NaN, ...data.slice(1)), infinite],
      [new Float32Array(300), /gmf\.item: expected a trained table, found 0 everywhere/],
    ];
    for (const [values, message] of refused) {
      const file = {
        "user.weight": tensors["gmf.user"],
        "item.weight": { shape, data: values },
        "out.weight": tensors["output.weight"],
      };
      assertConvertRefused(message, writeForeign(at("vanished"), file));
    }
  });
});

test("--features with the old name people is refused by the new one", async () => {
  const tensor = { shape: [2, 2], values: new Float32Array(4) };
  const tensors = new Map([
    ["embedding_dict.user_id.weight", tensor],
    ["dnn_linear.weight", tensor],
  ]);
  const checkpoint = { format: "torch", tensors, classes: new Map(), settings: {} };
  const features = [{ name: "user_id", kind: "categorical", people: false }];
  const message = /people is called users since 0\.2/;
  await assertRefused(() => deepctrLayout(checkpoint, { features }), "bad-argument", message);
});
