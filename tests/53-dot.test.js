// Dot products of the libraries that people train them with: random models under the names, and in
// the files, of each library. The scores are compared with float64 written here.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { describe, test } from "node:test";

import { loadModel } from "pocketrec";

import { LOSSES } from "../cli/convert/fold-in.js";
import { assertClose } from "./lib/assert-close.js";
import { referenceVector } from "./lib/dot.js";
import { headerOf, pocketrec, temporaryFolder, words, writeForeign } from "./lib/command-line.js";
import { npz } from "./lib/npz-writer.js";
import { dict, double, ndarray, object, op, pickle } from "./lib/pickle-writer.js";
import { normal } from "./lib/random.js";

const at = temporaryFolder();
/** A loss that new users can be fitted by. */
const fitted = (loss) => (LOSSES.includes(loss) ? loss : undefined);
const [USERS, ITEMS, WIDTH] = [23, 19, 5];
const next = normal(71);
const random = (...shape) => ({
  shape,
  data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => 0.4 * next()),
});
const rowOf = ({ shape: [, width = 1], data }, row) => [
  ...data.subarray(row * width, row * width + width),
];
const product = (a, b) => a.reduce((sum, value, k) => sum + value * b[k], 0);
const rows = Array.from({ length: ITEMS }, (_, row) => row);

/** Converts a file; gives the model, its metadata and what was printed. */
async function converted(name, bytes, options = "") {
  const { status, stdout, stderr, out } = convert(name, bytes, options);
  assert.equal(status, 0, stderr);
  return { model: await loadModel(out, { verify: true }), ...headerOf(out), stdout, stderr };
}

function convert(name, bytes, options = "") {
  const [input, out] = [at(name), at(`${name}.out`)];
  writeFileSync(input, bytes);
  const more = options.split(" ").filter(Boolean);
  return { ...pocketrec("convert", input, "-o", out, ...more), out };
}

/** Asserts that a file is refused, with the words. */
function assertRefused(message, name, bytes, options = "") {
  const { status, stderr } = convert(name, bytes, options);
  assert.equal(status, 2, stderr);
  assert.match(stderr, message);
}

/** Mean and covariance of users, shrunk by a thousandth of the mean variance. */
function momentsOf(users) {
  const average = (of) => users.reduce((sum, user) => sum + of(user), 0) / users.length;
  const mean = users[0].map((_, k) => average((user) => user[k]));
  const covariance = mean.map((_, k) =>
    mean.map((_, l) => average((user) => (user[k] - mean[k]) * (user[l] - mean[l]))),
  );
  const variance = covariance.reduce((sum, row, k) => sum + row[k], 0) / mean.length;
  covariance.forEach((row, k) => (row[k] += 1e-3 * variance));
  return { mean, covariance };
}

/** Asserts the scores and the best of trained users. */
function assertUsers(model, scoreOf, users = [0, 7, USERS - 1]) {
  for (const id of users) {
    const expected = rows.slice(0, model.itemCount).map((item) => scoreOf(id, item));
    const user = model.user({ id });
    assertClose(model.score(user, Uint32Array.from(expected.keys())), expected, `user ${id}`);
    const best = [...expected.keys()].sort((a, b) => expected[b] - expected[a]).slice(0, 10);
    const found = model.recommend(user, { topK: 10, raw: true }).map(({ item }) => item);
    if (!model.info.clip) assert.deepEqual(found, best);
  }
}

/** A state dict as a file. */
const state = (tensors) => writeForeign(at("state"), tensors);

describe("implicit", () => {
  const factors = (width) => ({
    user_factors: random(USERS, width),
    item_factors: random(ITEMS, width),
  });
  const settings = { factors: WIDTH, regularization: 0.3, num_threads: 1, iterations: 9 };
  const als = (more = {}) => ({
    ...{ ...factors(WIDTH), ...settings, use_native: 1, use_cg: 1, cg_steps: 3 },
    ...{ dtype: "float32", random_state: 4, alpha: 2.5, ...more },
  });

  test("ALS: the confidence of a new user's interactions is alpha times their values", async () => {
    const file = als();
    const { model, info, tensors } = await converted("als.npz", npz(file));
    assert.deepEqual([model.kind, tensors.user, info.assumed], ["dot", undefined, undefined]);
    const history = [3, 8, 17].map((item, k) => ({ item, rating: k + 1 }));
    const user = model.user({ history });
    const expected = ridgeOf(file.item_factors, history, 2.5, 0.3);
    assertClose(user.vector, expected);
    const { stderr, out } = convert("als.npz", npz(file));
    assert.match(stderr, /^num_threads +a setting of the training$/m);
    assert.doesNotMatch(stderr, /^(alpha|regularization) /m); // new users are fitted by them
    assert.match(
      pocketrec("inspect", out).stdout,
      /^new users +fitted to the history; loss confidence; .*2\.5.*; regularization 0\.3/m,
    );
    const kept = await converted("als.npz", npz(file), "--keep-users");
    assertUsers(kept.model, (u, i) =>
      product(rowOf(file.user_factors, u), rowOf(file.item_factors, i)),
    );
  });

  test("BPR: the last column is the items' bias", async () => {
    const { user_factors, item_factors } = factors(WIDTH + 1);
    for (let row = 0; row < USERS; row++) user_factors.data[row * (WIDTH + 1) + WIDTH] = 1;
    const own = { ...settings, learning_rate: 0.1, verify_negative_samples: 1, dtype: "float32" };
    const file = { user_factors, item_factors, ...own };
    const { model, info, tensors } = await converted("bpr.npz", npz(file), "--keep-users");
    assert.deepEqual(tensors["item.vector"].shape, [ITEMS, WIDTH]);
    assert.equal(info.fold_in?.loss, fitted("bpr"));
    assertUsers(model, (u, i) => product(rowOf(user_factors, u), rowOf(item_factors, i)));
    user_factors.data[WIDTH] = 0.5;
    assertRefused(/user_factors: expected ones in the last column/, "bpr.npz", npz(file));
  });

  test("BPR, published: new users start from the trained ones' mean and covariance", async () => {
    const { user_factors, item_factors } = factors(WIDTH + 1);
    for (let row = 0; row < USERS; row++) user_factors.data[row * (WIDTH + 1) + WIDTH] = 1;
    const own = { ...settings, learning_rate: 0.1, verify_negative_samples: 1, dtype: "float32" };
    const file = npz({ user_factors, item_factors, ...own });
    const { model, info, tensors } = await converted("bpr.npz", file);
    assert.equal(tensors.user, undefined);
    const users = Array.from({ length: USERS }, (_, row) =>
      rowOf(user_factors, row).slice(0, WIDTH),
    );
    const { mean, covariance } = momentsOf(users);
    assertClose(model.user({ history: [] }).vector, mean);
    const weights = {
      info,
      tensors: {
        "item.vector": {
          shape: [ITEMS, WIDTH],
          data: rows.flatMap((row) => rowOf(item_factors, row).slice(0, WIDTH)),
        },
        "item.bias": { shape: [ITEMS], data: rows.map((row) => rowOf(item_factors, row)[WIDTH]) },
        user_mean: { shape: [WIDTH], data: mean },
        user_covariance: { shape: [WIDTH, WIDTH], data: covariance.flat() },
      },
    };
    const history = [3, 8, 17].map((item) => ({ item }));
    assertClose(model.user({ history }).vector, referenceVector(weights, history), "", 3e-4);
  });

  test("LMF: the last two columns are both sides' biases", async () => {
    const width = WIDTH + 2;
    const { user_factors, item_factors } = factors(width);
    for (let row = 0; row < USERS; row++) user_factors.data[row * width + WIDTH] = 1;
    for (let row = 0; row < ITEMS; row++) item_factors.data[row * width + WIDTH + 1] = 1;
    const file = { user_factors, item_factors, ...settings, learning_rate: 1, neg_prop: 30 };
    const { model, info } = await converted("lmf.npz", npz(file), "--keep-users");
    assert.deepEqual([info.fold_in?.loss, info.user_bias], [fitted("log"), true]);
    assertUsers(model, (u, i) => product(rowOf(user_factors, u), rowOf(item_factors, i)));
  });

  test("factors of another width than the file says are refused", () =>
    assertRefused(/factors 6 wide/, "wide.npz", npz(als({ factors: 6 }))));
});

/** Least squares of Hu, Koren and Volinsky in float64: c for interactions, 1 for all others. */
function ridgeOf(table, history, alpha, penalty) {
  const width = table.shape[1];
  const system = Array.from({ length: width }, (_, k) =>
    Array.from({ length: width + 1 }, (_, l) => (k === l ? penalty : 0)),
  );
  for (let row = 0; row < table.shape[0]; row++) {
    const q = rowOf(table, row);
    const own = history.find(({ item }) => item === row);
    const c = own ? alpha * own.rating : 1;
    for (let k = 0; k < width; k++) {
      for (let l = 0; l < width; l++) system[k][l] += c * q[k] * q[l];
      if (own) system[k][width] += c * q[k];
    }
  }
  return solved(system);
}

/** Gauss' elimination of [A | b]. */
function solved(system) {
  const size = system.length;
  for (let k = 0; k < size; k++)
    for (let row = 0; row < size; row++) {
      if (row === k) continue;
      const factor = system[row][k] / system[k][k];
      for (let l = k; l <= size; l++) system[row][l] -= factor * system[k][l];
    }
  return system.map((line, k) => line[size] / line[k]);
}

describe("Surprise", () => {
  const MODULE = "surprise.prediction_algorithms.matrix_factorization";
  const tables = {
    ...{ pu: random(USERS, WIDTH), qi: random(ITEMS, WIDTH) },
    ...{ bu: random(USERS), bi: random(ITEMS) },
  };
  const zeros = { bu: { shape: [USERS], data: Array(USERS).fill(0) } };
  const trainset = object("surprise.trainset", "Trainset", {
    ur: [op.dict, op.int(0), ...[op.list, op.int(3), ...double(4), op.tuple2, op.append]].concat(
      op.setItem,
    ),
    rating_scale: [op.int(1), op.int(5), op.tuple2],
    _raw2inner_id_items: dict(
      Object.fromEntries(rows.map((row) => [`film ${row}`, [op.int(row)]])),
    ),
    _global_mean: double(3.4),
  });
  const algorithm = (name, { biased = true, arrays = tables, more = {} } = {}) =>
    object(MODULE, name, {
      ...{ biased: [biased ? op.true : op.false], reg_pu: double(0.05), reg_bu: double(0.1) },
      ...Object.fromEntries(
        Object.entries(arrays).map(([key, { shape, data }]) => [key, ndarray(shape, data)]),
      ),
      ...{ trainset, ...more },
    });
  const within = (score) => Math.min(Math.max(score, 1), 5);
  const dot = (u, i) => product(rowOf(tables.pu, u), rowOf(tables.qi, i));

  test("SVD: mean and biases, held within the scale, items by their raw ids", async () => {
    const dump = pickle(...dict({ predictions: [op.none], algo: algorithm("SVD") }));
    const { model, info } = await converted("svd.dump", dump, "--keep-users");
    for (const id of [0, 9]) {
      const expected = rows.map((i) =>
        within(3.4 + tables.bu.data[id] + tables.bi.data[i] + dot(id, i)),
      );
      const names = rows.map((row) => `film ${row}`);
      assertClose(model.score(model.user({ id }), names), expected);
    }
    assert.deepEqual(
      [info.fold_in, info.rating, info.assumed],
      [
        { loss: "squared", per: "interaction", regularization: 0.05, bias_regularization: 0.1 },
        { minimum: 1, maximum: 5 },
        undefined,
      ],
    );
  });

  test("biased=False: neither the mean nor biases, whatever the file holds of them", async () => {
    const own = { biased: false, arrays: { ...tables, ...zeros } };
    const file = pickle(...algorithm("SVD", own));
    const { model, stderr } = await converted("pmf.pickle", file, "--keep-users");
    const names = rows.map((row) => `film ${row}`);
    assertClose(
      model.score(model.user({ id: 4 }), names, { raw: true }),
      rows.map((i) => dot(4, i)),
    );
    assert.match(stderr, /bu .*biased: False/);
  });

  for (const [name, message] of [
    ["SVDpp", /SVD\+\+.*yj/],
    ["NMF", /factors of a user above 0/],
    ["KNNBasic", /no dot product/],
  ])
    test(`${name} is refused`, () => {
      const more = { yj: ndarray([ITEMS, WIDTH], random(ITEMS, WIDTH).data) };
      assertRefused(message, name, pickle(...algorithm(name, { more })));
    });

  test("nothing in the pickle is run", () => {
    const call = [op.global("os", "system"), op.text("true"), op.tuple1, op.reduce];
    const file = pickle(...algorithm("SVD", { more: { verbose: call } }));
    assertRefused(/os\.system/, "hostile.pickle", file);
  });
});

describe("LightFM", () => {
  const tables = {
    ...{ user_embeddings: random(USERS, WIDTH), item_embeddings: random(ITEMS, WIDTH) },
    ...{ user_biases: random(USERS), item_biases: random(ITEMS) },
  };
  const scoreOf = (u, i) =>
    product(rowOf(tables.user_embeddings, u), rowOf(tables.item_embeddings, i)) +
    tables.user_biases.data[u] +
    tables.item_biases.data[i];
  const arraysOf = (more = {}) =>
    Object.fromEntries(
      Object.entries({ ...tables, ...more }).map(([name, { shape, data }]) => [
        name,
        ndarray(shape, data),
      ]),
    );
  const model = (loss) =>
    pickle(
      ...object("lightfm.lightfm", "LightFM", {
        ...arraysOf({ item_embedding_gradients: random(ITEMS, WIDTH) }),
        loss: [op.text(loss)],
      }),
    );

  for (const [loss, found, isAssumed] of [
    ["warp", "bpr", true],
    ["bpr", "bpr", false],
    ["logistic", "log", false],
  ])
    test(`pickled, trained with ${loss}`, async () => {
      const made = await converted(`${loss}.pickle`, model(loss), "--keep-users");
      assertUsers(made.model, scoreOf);
      const { assumed, fold_in } = made.info;
      const subjects = assumed.map(({ subject }) => subject);
      assert.deepEqual(subjects, isAssumed && fitted(found) ? ["rows", "loss"] : ["rows"]);
      assert.equal(fold_in?.loss, fitted(found));
    });

  test("as arrays: the scores are those of predict, without a sigmoid", async () => {
    const made = await converted("lightfm.npz", npz(tables), "--keep-users");
    assertUsers(made.model, scoreOf);
  });
});

describe("fastai", () => {
  /** Tables of rows behind one of #na#, each number of which is `start`. */
  const [missing, padded] = [0.019, [USERS + 1, ITEMS + 1]];
  const tables = (start) =>
    Object.fromEntries(
      ["u_weight", "i_weight", "u_bias", "i_bias"].map((name, k) => {
        const table = random(padded[k % 2], k < 2 ? WIDTH : 1);
        table.data.fill(start, 0, table.shape[1]);
        return [`${name}.weight`, table];
      }),
    );
  const scoreOf = (file) => (u, i) => {
    const [p, q, b, c] = Object.values(file).map((table, k) => rowOf(table, (k % 2 ? i : u) + 1));
    return product(p, q) + b[0] + c[0];
  };
  const run = (file, options) =>
    pocketrec("convert", state(file), ...words`-o ${at("fastai.out")} --keep-users ${options}`);

  for (const options of [[], ["--kind", "dot"], ["--kind", "gmf"]])
    test(`row 0 without training is #na#: no user, no item ${options.join(" ")}`, async () => {
      const file = tables(missing);
      const { status, stderr } = run(file, [...options, "--output-function", "identity"]);
      assert.equal(status, 0, stderr);
      assert.match(stderr, /row 0 .* #na#/);
      const model = await loadModel(at("fastai.out"), { verify: true });
      assert.equal(model.itemCount, ITEMS);
      assertUsers(model, scoreOf(file));
    });

  test("a trained row 0, or none that was, is asked about", async () => {
    for (const file of [tables(0.3), mapped(tables(missing), (value) => value / 1000)]) {
      const { status, stderr } = run(file, []);
      assert.equal(status, 2);
      assert.match(stderr, /--padding: expected 1 where row 0 .* #na#, 0 where it is none/);
    }
    for (const padding of [0, 1]) {
      assert.equal(run(tables(0.3), ["--padding", padding]).status, 0);
      const { itemCount } = await loadModel(at("fastai.out"));
      assert.equal(itemCount, ITEMS + 1 - padding);
    }
  });
});

/** The tensors with other numbers. */
const mapped = (tensors, change) =>
  Object.fromEntries(
    Object.entries(tensors).map(([name, { shape, data }]) => [
      name,
      { shape, data: data.map(change) },
    ]),
  );

describe("LightGCN", () => {
  const pairs = Array.from({ length: 4 * USERS }, (_, n) => [
    n % USERS,
    (7 * n + (n >> 3)) % ITEMS,
  ]);
  const data = `user,item\n${[...pairs, pairs[0]].map(String).join("\n")}\n`;
  const table = random(USERS + ITEMS, WIDTH);
  const sides = {
    "embedding_user.weight": { shape: [USERS, WIDTH], data: table.data.slice(0, USERS * WIDTH) },
    "embedding_item.weight": { shape: [ITEMS, WIDTH], data: table.data.slice(USERS * WIDTH) },
  };

  /** Final vectors in float64; a repeated pair is two edges, or one. */
  function finals(weights, list) {
    const degree = Array(USERS + ITEMS).fill(0);
    for (const [u, i] of list)
      [degree[u], degree[USERS + i]] = [degree[u] + 1, degree[USERS + i] + 1];
    let x = Array.from(degree, (_, node) => rowOf(table, node));
    let sums = x.map((row) => row.map((value) => weights[0] * value));
    for (const weight of weights.slice(1)) {
      const y = x.map((row) => row.map(() => 0));
      for (const [u, i] of list)
        for (const [a, b] of [
          [u, USERS + i],
          [USERS + i, u],
        ])
          for (let k = 0; k < WIDTH; k++) y[a][k] += x[b][k] / Math.sqrt(degree[a] * degree[b]);
      x = y;
      sums = sums.map((row, node) => row.map((value, k) => value + weight * x[node][k]));
    }
    return (u, i) => product(sums[u], sums[USERS + i]);
  }

  const geometric = (weights) => ({
    "embedding.weight": table,
    alpha: { shape: [weights.length], data: Float32Array.from(weights) },
  });
  const run = async (tensors, options) => {
    const path = state(tensors);
    writeFileSync(at("train.csv"), data);
    const out = at("lightgcn.out");
    const { status, stderr } = pocketrec(
      ...words`convert ${path} -o ${out} --data ${at("train.csv")} --keep-users`,
      ...options,
    );
    return status
      ? { stderr }
      : { stderr, model: await loadModel(out, { verify: true }), ...headerOf(out) };
  };

  test("PyTorch Geometric's: one table, a weight a layer, --users", async () => {
    const weights = [0.5, 0.2, 0.2, 0.4].map(Math.fround);
    const { model, info } = await run(geometric(weights), ["--users", USERS]);
    assertUsers(model, finals(weights, [...pairs, pairs[0]]));
    assert.equal(info.fold_in?.loss, fitted("bpr"));
    const graph = info.assumed.find(({ subject }) => subject === "graph");
    assert.equal(graph.value, `${pairs.length + 1} interactions of --data, 1 of them repeated`);
  });

  test("--users FILE names the users of the one table, in the order of its rows", async () => {
    writeFileSync(at("users.txt"), [...Array(USERS).keys()].join("\n"));
    const { model } = await run(geometric([0.5, 0.5]), ["--users", at("users.txt")]);
    assertUsers(model, finals([0.5, 0.5], [...pairs, pairs[0]]));
  });

  test("without the number of users, or with too few, it is refused", async () => {
    const weights = [0.5, 0.5];
    const none = (await run(geometric(weights), [])).stderr;
    assert.match(none, /--users: expected the number of users, .*, or a file of their ids/);
    assert.match(pocketrec("convert", "--help").stdout, /--users <file-or-number>/);
    const few = await run(geometric(weights), ["--users", USERS - 1]);
    assert.match(few.stderr, /--users: expected 23 users, as --data has, found 22/);
    const many = await run(geometric(weights), ["--users", USERS + 1]);
    assert.match(many.stderr, /--users: expected 23 users, as --data has, found 24/);
  });

  test("the authors': the number of layers is assumed, stated, or found by --expect", async () => {
    const even = (layers) => Array(layers + 1).fill(1 / (layers + 1));
    const list = [...pairs, pairs[0]];
    const assumed = await run(sides, []);
    assertUsers(assumed.model, finals(even(3), list));
    assertUsers((await run(sides, ["--layers", 2])).model, finals(even(2), list));
    const scoreOf = finals(even(1), list);
    const lines = [2, 5, 11].flatMap((u) => rows.map((i) => `${u},${i},${scoreOf(u, i)}`));
    writeFileSync(at("expect.csv"), `user,item,score\n${lines.join("\n")}\n`);
    const proved = await run(sides, ["--expect", at("expect.csv")]);
    assert.ok(proved.model, proved.stderr);
    assertUsers(proved.model, scoreOf);
    const checks = Object.fromEntries(proved.info.assumed.map((one) => [one.subject, one.checked]));
    assert.deepEqual([checks.layers, checks.graph, checks.loss], [true, true, undefined]);
  });

  test("without --data it is refused", () => {
    const path = state(sides);
    const { status, stderr } = pocketrec("convert", path, "-o", at("never"));
    assert.deepEqual([status, /--data train\.csv/.test(stderr)], [2, true]);
  });

  test("RecBole's: final embeddings of the checkpoint, else over --data, a pair once", async () => {
    const padded = ({ shape: [count, width], data: values }) => ({
      shape: [count + 1, width],
      data: [...Array(width).fill(0.1), ...values],
    });
    const tables = Object.values(sides).map(padded);
    const [user, item] = tables.map(({ shape, data: values }) => ndarray(shape, values));
    const checkpoint = (other) =>
      pickle(
        ...dict({
          config: dict({ model: [op.text("LightGCN")], n_layers: [op.int(2)] }),
          cur_step: [op.int(0)],
          state_dict: dict({ "user_embedding.weight": user, "item_embedding.weight": item }),
          other_parameter: dict(other),
        }),
      );
    writeFileSync(at("train.csv"), data);
    for (const side of ["users", "items"]) {
      const count = side === "users" ? USERS : ITEMS;
      writeFileSync(at(`${side}.txt`), [...Array(count).keys()].join("\n"));
    }
    const none = { restore_user_e: [op.none], restore_item_e: [op.none] };
    assertRefused(/--data/, "layer0.pth", checkpoint(none));
    const named = `--users ${at("users.txt")} --items ${at("items.txt")}`;
    const options = `--keep-users --data ${at("train.csv")} ${named}`;
    const made = await converted("layer0.pth", checkpoint(none), options);
    assertUsers(made.model, finals([1 / 3, 1 / 3, 1 / 3], pairs));
    const finalsOf = { restore_user_e: user, restore_item_e: item };
    const stored = await converted("final.pth", checkpoint(finalsOf), "--keep-users");
    assertUsers(stored.model, (u, i) => product(rowOf(table, u), rowOf(table, USERS + i)));
    assert.match(stored.stderr, /those of the checkpoint/);
    assert.equal(stored.model.itemCount, ITEMS);
  });
});

describe("dot products by names", () => {
  const tables = {
    "user_emb.weight": random(USERS, WIDTH),
    "item_emb.weight": random(ITEMS, WIDTH),
  };
  const biases = {
    ...{ "user_bias.weight": random(USERS, 1), "item_bias.weight": random(ITEMS, 1) },
    global_bias: { shape: [1], data: Float32Array.of(3.6) },
  };
  const run = async (tensors, ...options) => {
    const out = at("named.out");
    const path = state(tensors);
    const { status, stderr } = pocketrec("convert", path, "-o", out, "--keep-users", ...options);
    assert.equal(status, 0, stderr);
    return { model: await loadModel(out, { verify: true }), ...headerOf(out), stderr, out };
  };
  const dotOf = (u, i) =>
    product(rowOf(tables["user_emb.weight"], u), rowOf(tables["item_emb.weight"], i));

  test("ratings: biases and mean in places of their own, squared errors assumed", async () => {
    const { model, info, tensors } = await run({ ...tables, ...biases });
    assertUsers(
      model,
      (u, i) =>
        3.6 + biases["user_bias.weight"].data[u] + biases["item_bias.weight"].data[i] + dotOf(u, i),
    );
    assert.deepEqual(tensors["item.vector"].shape, [ITEMS, WIDTH]);
    assert.equal(
      info.assumed.find(({ subject }) => subject === "loss").value.split(",")[0],
      "squared",
    );
  });

  test("clicks: the log loss is assumed with the sigmoid, others are stated", async () => {
    const assumed = await run(tables);
    const said = assumed.info.assumed.map(({ subject, value }) => `${subject} ${value}`);
    assert.ok(said.includes("output sigmoid"), said.join());
    assert.equal(said.includes("loss log"), fitted("log") !== undefined, said.join());
    const stated = await run(
      tables,
      ...words`--loss confidence --fold-in regularization=0.3,scale=2.5`,
    );
    const history = [3, 8, 17].map((item) => ({ item, rating: 1 }));
    const expected = ridgeOf(tables["item_emb.weight"], history, 2.5, 0.3);
    assertClose(stated.model.user({ history: [3, 8, 17] }).vector, expected);
    assert.equal(stated.info.output, "identity");
    const missing = pocketrec("convert", state(tables), ...words`-o x --loss squared`);
    assert.match(missing.stderr, /--fold-in: expected regularization/);
  });

  test("raw scores of an unknown loss: no fold-in, and it is said", async () => {
    const { info, stderr, out } = await run(tables, "--output-function", "identity");
    assert.equal(info.fold_in, undefined);
    assert.match(stderr, /does not say the loss.*--loss/);
    assert.match(pocketrec("inspect", out).stdout, /^new users +from a vector alone.*--loss/m);
  });

  test("the loss that is assumed is that of the output function that --expect proves", async () => {
    const lines = [0, 5, 9].flatMap((u) => rows.slice(0, 6).map((_, i) => [u, i, dotOf(u, i)]));
    const written = (of) => {
      const path = at("scores.csv");
      const rows = lines.map(([u, i, raw]) => `${u},${i},${of(raw)}`);
      writeFileSync(path, ["user,item,score", ...rows].join("\n"));
      return path;
    };
    const lossOf = async (of) => {
      const { info } = await run(tables, "--expect", written(of));
      const loss = info.assumed.find(({ subject }) => subject === "loss");
      return [info.output, info.fold_in?.loss, loss?.value, loss?.checked];
    };
    assert.deepEqual(await lossOf((raw) => raw), ["identity", undefined, undefined, undefined]);
    const sigmoid = (raw) => 1 / (1 + Math.exp(-raw));
    assert.deepEqual(await lossOf(sigmoid), ["sigmoid", "log", "log", undefined]);
  });

  test("--kind gmf leaves it; learned output weights stay a GMF unless --kind dot", async () => {
    assert.equal((await run(tables, "--kind", "gmf")).model.kind, "gmf");
    const head = { "predict.weight": random(1, WIDTH), "predict.bias": random(1) };
    const gmf = await run({ ...tables, ...head }, "--output-function", "identity");
    assert.equal(gmf.model.kind, "gmf");
    const made = await run(
      { ...tables, ...head },
      "--kind",
      "dot",
      "--output-function",
      "identity",
    );
    assertUsers(made.model, (u, i) => {
      const p = rowOf(tables["user_emb.weight"], u).map(
        (x, k) => x * head["predict.weight"].data[k],
      );
      return product(p, rowOf(tables["item_emb.weight"], i)) + head["predict.bias"].data[0];
    });
  });

  test("--map names them by hand", async () => {
    const map = {
      kind: "dot",
      tensors: {
        ...{ "item.vector": "item_emb.weight", user: "user_emb.weight" },
        ...{ "item.bias": "item_bias.weight", mean: "global_bias" },
      },
    };
    writeFileSync(at("map.json"), JSON.stringify(map));
    const all = { ...tables, ...biases };
    const { model } = await run(
      all,
      ...words`--map ${at("map.json")} --output-function identity --ignore user_bias.weight`,
    );
    assertUsers(model, (u, i) => 3.6 + biases["item_bias.weight"].data[i] + dotOf(u, i));
  });
});
