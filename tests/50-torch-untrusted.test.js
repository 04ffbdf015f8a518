// Untrusted files of PyTorch and numpy: small ones that would take minutes or gigabytes, the old
// format, and damaged ones.
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readNpy, readNpz } from "../cli/convert/read/numpy.js";
import { readPickle } from "../cli/convert/read/pickle.js";
import { readTorch } from "../cli/convert/read/torch.js";
import { PocketrecError } from "../js/common/errors.js";
import { assertRefused } from "./lib/assert-refused.js";
import { legacyTorch, npy } from "./lib/torch-writer.js";
import { dict, op, pickle, tensor } from "./lib/pickle-writer.js";
import { uniform } from "./lib/random.js";
import { torchZip, zip } from "./lib/zip-writer.js";

const one = (more) => tensor({ count: 1, shape: [1], strides: [1], ...more });
const object = (path, ...state) => [op.global(...path), op.empty, op.newObject, ...state, op.build];
const layer = (path, parts) =>
  object(path, ...dict({ _parameters: [op.dict], _modules: [op.dict], ...parts }));
const module = (name, parts) => layer(["model", name], parts);
const times = (count, part) => Array.from({ length: count }, (_, i) => part(i)).flat();
const names = (checkpoint) => [...checkpoint.tensors.keys()];

describe("small pickles that would exhaust memory or time", () => {
  test("calls nested a hundred thousand deep", async () => {
    const parts = [
      op.global("torch._tensor", "_rebuild_from_type_v2"),
      op.put(0),
      op.empty,
      op.put(1),
    ];
    const deeper = [op.get(0), op.none, op.get(1), op.tuple3, op.put(1), op.pop];
    const file = pickle(
      ...parts,
      Buffer.concat(times(100_000, () => deeper).map((part) => Buffer.from(part, "latin1"))),
      op.get(0),
      op.get(1),
      op.reduce,
    );
    await assertRefused(() => readPickle(file), "unsafe", /_rebuild_from_type_v2/);
  });

  test("an object whose attributes are one large dict, three thousand times", async () => {
    const large = [
      op.dict,
      op.put(0),
      op.mark,
      ...times(50_000, (i) => [op.int(i), op.none]),
      op.setItems,
    ];
    const state = [op.mark, ...times(3000, () => op.get(0)), op.tuple];
    const file = pickle(...object(["model", "A"], ...large, op.pop, ...state));
    await assertRefused(readTorch(file), "missing-tensor", /an object of "model.A"/);
  });

  test("a module with unnamed parts, referenced two thousand times", async () => {
    const nameless = times(50_000, () => [op.empty, op.none]);
    for (const part of ["_buffers", "_modules", "more"]) {
      const state = dict({
        _parameters: [op.dict],
        _modules: [op.dict],
        [part]: [op.dict, op.mark, ...nameless, op.setItems],
      });
      const file = pickle(
        op.list,
        op.mark,
        ...object(["model", "A"], ...state),
        op.put(0),
        ...times(2000, () => op.get(0)),
        "e",
      );
      await assert.rejects(readTorch(file), PocketrecError, part);
    }
    const own = [
      ...dict({ _parameters: [op.dict], _modules: [op.dict] }),
      op.mark,
      ...nameless,
      op.setItems,
    ];
    const file = pickle(
      op.list,
      op.mark,
      ...object(["model", "A"], ...own),
      op.put(0),
      ...times(2000, () => op.get(0)),
      "e",
    );
    await assertRefused(readTorch(file), "too-large");
  });

  test("a module whose buffers are the module", async () => {
    const start = [op.global("model", "A"), op.empty, op.newObject, op.put(0)];
    const state = dict({
      _parameters: [op.dict],
      _modules: [op.dict],
      _buffers: [op.get(0)],
      w: one(),
    });
    const checkpoint = await readTorch(torchZip(pickle(...start, ...state, op.build), { 0: [7] }));
    assert.deepEqual(names(checkpoint), ["w"]);
  });

  test("three thousand nested dicts with a long name", async () => {
    const parts = [op.text("k".repeat(200)), op.put(0), op.dict];
    const deeper = [
      op.put(1),
      op.dict,
      op.get(0),
      op.get(1),
      op.setItem,
      op.text("v"),
      op.int(1),
      op.setItem,
    ];
    const state = dict({ w: one(), deep: [op.get(1)] });
    const file = pickle(...parts, ...times(3000, () => deeper), op.put(1), ...state);
    const { tensors, settings } = await readTorch(torchZip(file, { 0: [7] }));
    assert.deepEqual([...tensors.keys()], ["w"]);
    assert.deepEqual(
      Object.keys(settings).map((name) => name.length),
      [6, 207, 408, 609, 810],
    );
  });

  test("a thousand tensors of a storage that inflates a thousandfold", async () => {
    const count = 10_000_000;
    const parts = [op.list, op.mark, ...times(1000, (i) => one({ count, offset: i })), "e"];
    const file = zip([
      { name: "a/data.pkl", data: pickle(...parts) },
      { name: "a/data/0", data: new Uint8Array(4 * count), deflate: true },
    ]);
    const { tensors } = await readTorch(file);
    assert.deepEqual([tensors.size, tensors.get("999").values], [1000, Float32Array.of(0)]);
  });

  test("nested checkpoints, each with long lists as its other parts", async () => {
    const long = [
      op.list,
      op.mark,
      "N".repeat(2_000_000),
      "e",
      op.put(0),
      op.pop,
      op.list,
      ...one(),
      op.append,
      op.put(1),
    ];
    const deeper = dict({
      state_dict: [op.get(0)],
      model: [op.get(0)],
      net: [op.get(0)],
      weights: [op.get(0)],
      params: [op.get(1)],
    });
    const file = pickle(...long, ...times(7, () => [...deeper, op.put(1)]));
    assert.deepEqual(names(await readTorch(torchZip(file, { 0: [7] }))), ["0"]);
  });

  test("a name with line breaks is shown in one line", async () => {
    const parts = [op.text("model"), op.text("run\n\x1b[2J"), op.stackGlobal, op.empty, op.reduce];
    await assertRefused(() => readPickle(pickle(...parts)), "unsafe", /^[ -~]+$/);
  });
});

describe("whole modules, written by hand", () => {
  const relu = layer(["torch.nn.modules.activation", "ReLU"], { inplace: [op.false] });
  const linear = (key) =>
    layer(["torch.nn.modules.linear", "Linear"], {
      _parameters: dict({ weight: one({ key }), bias: [op.none] }),
    });

  test("names by the path, classes, attributes, tensors in lists", async () => {
    const layers = layer(["torch.nn.modules.container", "Sequential"], {
      _modules: dict({ 0: linear("0"), 1: relu }),
    });
    const state = {
      _modules: dict({ layers }),
      _buffers: dict({ seen: one({ key: "1" }) }),
      tables: [op.list, ...one({ key: "2" }), op.append],
      factors: [op.int(8)],
    };
    const checkpoint = await readTorch(
      torchZip(pickle(...module("NCF", state)), { 0: [1], 1: [2], 2: [3] }),
    );
    const values = Object.fromEntries(
      [...checkpoint.tensors].map(([name, { values }]) => [name, values[0]]),
    );
    assert.deepEqual(values, { seen: 2, "layers.0.weight": 1, "tables.0": 3 });
    assert.deepEqual(Object.fromEntries(checkpoint.classes), {
      "": "model.NCF",
      layers: "torch.nn.modules.container.Sequential",
      "layers.0": "torch.nn.modules.linear.Linear",
      "layers.1": "torch.nn.modules.activation.ReLU",
    });
    assert.deepEqual(checkpoint.settings, { factors: 8, "layers.1.inplace": false });
  });

  test("attributes that are a function, a range, a random state: none is called", async () => {
    const attribute = (name) => [
      op.global("__builtin__", "getattr"),
      op.global("torch._C", "_VariableFunctionsClass"),
      op.text(name),
      op.tuple2,
      op.reduce,
    ];
    const activation = attribute("relu");
    const range = [op.global("__builtin__", "xrange"), op.int(0), op.int(3), op.tuple2, op.reduce];
    const random = [
      op.global("numpy.random._pickle", "__randomstate_ctor"),
      op.text("MT19937"),
      op.tuple1,
      op.reduce,
      ...dict({ pos: [op.int(1)] }),
      op.build,
    ];
    const state = { activation, range, random, w: one() };
    assert.deepEqual(names(await readTorch(torchZip(pickle(...module("A", state)), { 0: [1] }))), [
      "w",
    ]);
    const called = pickle(...activation, op.text("x"), op.tuple1, op.reduce);
    await assertRefused(() => readPickle(called), "unsafe", /a call of an object/);
    await assertRefused(
      () => readPickle(pickle(...attribute("__class__"))),
      "unsafe",
      /builtins.getattr/,
    );
  });

  test("names omit the wrappers of DataParallel and torch.compile", async () => {
    const parallel = layer(["torch.nn.parallel.data_parallel", "DataParallel"], {
      _modules: dict({ module: linear("0") }),
    });
    const compiled = layer(["torch._dynamo.eval_frame", "OptimizedModule"], {
      _modules: dict({ _orig_mod: linear("0") }),
    });
    const states = ["module.weight", "_orig_mod.weight", "module._orig_mod.weight"].map((name) =>
      dict({ [name]: one() }),
    );
    for (const parts of [parallel, compiled, ...states])
      assert.deepEqual(names(await readTorch(torchZip(pickle(...parts), { 0: [1] }))), ["weight"]);
  });

  test("the usual names of the part with the weights; optimizers are ignored", async () => {
    for (const key of ["state_dict", "model_state_dict", "model", "net", "weights", "params"]) {
      const parts = {
        [key]: dict({ "a.weight": one() }),
        optimizer: dict({ state: one() }),
        optim_state: one(),
        lr_scheduler: dict({ t: one() }),
        other_parameter: dict({ i_embedding: one() }),
        loss: one({ shape: [], strides: [] }),
        hyper_parameters: dict({ lr: [op.int(1)] }),
      };
      const checkpoint = await readTorch(torchZip(pickle(...dict(parts)), { 0: [1] }));
      assert.deepEqual(names(checkpoint), ["a.weight", "other_parameter.i_embedding", "loss"], key);
      assert.deepEqual(checkpoint.settings, { "hyper_parameters.lr": 1 });
    }
  });
});

describe("the format before 1.6", () => {
  const state = dict({
    a: one({ key: "7" }),
    b: tensor({ key: "8", count: 4, shape: [2, 2], strides: [1, 2] }),
  });
  const storages = [
    { key: "7", values: [5] },
    { key: "8", values: [1, 2, 3, 4] },
  ];
  const good = () => legacyTorch(state, storages);

  test("consecutive pickles, then the numbers", async () => {
    const { tensors } = await readTorch(good());
    const read = [...tensors].map(([name, { shape, values }]) => [name, shape, [...values]]);
    assert.deepEqual(read, [
      ["a", [1], [5]],
      ["b", [2, 2], [1, 3, 2, 4]],
    ]);
  });

  test("a class with its source code", async () => {
    const pid = [
      op.mark,
      op.text("module"),
      op.global("model", "Net"),
      op.text("model.py"),
      op.text("class Net: pass"),
      op.tuple,
    ];
    const state = dict({ _parameters: dict({ w: one({ key: "7" }) }), _modules: [op.dict] });
    const parts = [...pid, op.persistent, op.empty, op.newObject, ...state, op.build];
    const { tensors, classes } = await readTorch(legacyTorch(parts, storages.slice(0, 1)));
    assert.deepEqual([[...tensors.keys()], [...classes]], [["w"], [["", "model.Net"]]]);
  });

  test("another protocol, another byte order, missing storages", async () => {
    const system = dict({ little_endian: [op.false] });
    const more = [...storages, { key: "9", values: [1] }];
    const refused = [
      [storages, { protocol: 1000 }, "unsupported", /protocol 1001, found 1000/],
      [storages, { system }, "unsupported", /byte order/],
      [storages.slice(0, 1), {}, "truncated", /the storage "8"/],
      [more, {}, "bad-header", /"9"/],
    ];
    for (const [list, options, code, message] of refused)
      await assertRefused(readTorch(legacyTorch(state, list, options)), code, message);
    for (const count of [-1, 2 ** 52, 5]) {
      await assertRefused(
        readTorch(legacyTorch(state, [storages[0], { ...storages[1], count }])),
        "truncated",
      );
    }
  });

  test("every truncation, every byte flipped", async () => {
    for (let length = 0; length < good().length; length++) {
      await assert.rejects(
        readTorch(good().subarray(0, length)),
        PocketrecError,
        `${length} bytes`,
      );
    }
    for (let at = 0; at < good().length; at++) {
      for (const flip of [1, 8, 64, 255]) {
        await assertSane(() => readTorch(flipped(good(), at, flip)), `byte ${at} ^ ${flip}`);
      }
    }
  });
});

describe("false arrays of numpy", () => {
  const header = (shape, descr = "'<f4'", order = "False") =>
    `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`;
  const six = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer);

  test("versions 1 to 3, both orders, no axes", () => {
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    for (const version of [1, 2, 3])
      assert.deepEqual(readNpy(npy(header("(2, 3)"), six, { version })), { shape: [2, 3], values });
    assert.deepEqual(
      [...readNpy(npy(header("(2, 3)", "'<f4'", "True"), six)).values],
      [1, 3, 5, 2, 4, 6],
    );
    assert.deepEqual(readNpy(npy(header("()"), six.subarray(0, 4))), {
      shape: [],
      values: Float32Array.of(1),
    });
    assert.deepEqual(readNpy(npy(header("(0, 9)"), [])).values.length, 0);
  });

  test("refused headers", async () => {
    const refused = [
      [header("(2, 4)"), "truncated"],
      [header("(4294967296, 4294967296)"), "too-large"],
      [header("(1, 99999999999999999999)"), "bad-shape"],
      [header(`(${"1, ".repeat(40)})`), "bad-shape"],
      [header("(-1,)"), "bad-header"],
      [header("(2, x)"), "bad-header"],
      [header("(6,)", "'|O'"), "unsafe"],
      [header("(6,)", "__import__('os')"), "bad-header"],
      ["", "bad-header"],
      ...["[('a', '<f4')]", "'<c8'", "'<M8[ns]'", "'<U1'", "'constructor'"].map((descr) => [
        header("(6,)", descr),
        "bad-dtype",
      ]),
    ];
    for (const [text, code] of refused)
      await assertRefused(() => readNpy(npy(text, six), "ratings"), code, /^ratings: /);
    await assertRefused(
      () => readNpy(npy(header("(6,)"), six, { version: 4 })),
      "unsupported",
      /version 4/,
    );
    await assertRefused(
      () => readNpy(npy(header("(6,)"), six, { version: 2, length: 2 ** 32 - 1 })),
      "too-large",
    );
    await assertRefused(() => readNpy(npy(header("(6,)"), six, { length: 5000 })), "truncated");
  });

  test("every byte flipped of an array and of an archive", async () => {
    const array = npy(header("(2, 3)"), six);
    const archive = zip([{ name: "w.npy", data: array, deflate: true }]);
    for (const flip of [1, 16, 128, 255]) {
      for (let at = 0; at < array.length; at++) {
        await assertSane(
          async () => ({ tensors: new Map([["w", readNpy(flipped(array, at, flip))]]) }),
          `array, byte ${at} ^ ${flip}`,
        );
      }
      for (let at = 0; at < archive.length; at++) {
        await assertSane(
          () => readNpz(flipped(archive, at, flip)),
          `archive, byte ${at} ^ ${flip}`,
        );
      }
    }
  });

  test("an archive without arrays, and one with a broken array", async () => {
    await assertRefused(readNpz(zip([{ name: "a.txt", data: [1] }])), "missing-tensor", /"a.txt"/);
    await assertRefused(readNpz(zip([{ name: "a.npy", data: [1] }])), "unknown-format", /^a: /);
  });
});

test("good pickles with opcodes randomly replaced, removed and repeated", async () => {
  const next = uniform(5);
  const draw = (count) => Math.floor(next() * count);
  const callees = [
    ["builtins", "list"],
    ["numpy", "dtype"],
    ["numpy.core.multiarray", "_reconstruct"],
    ["torch._tensor", "_rebuild_from_type_v2"],
  ].map((path) => op.global(...path));
  const parts = [
    ...module("A", { w: one(), _buffers: dict({ b: one() }) }),
    ...one(),
    ...callees,
    op.put(1),
    op.get(1),
    op.tuple1,
    op.reduce,
    op.build,
  ];
  for (let round = 0; round < 3000; round++) {
    const mixed = [...parts];
    for (let i = 0; i < 3; i++)
      mixed.splice(draw(mixed.length), draw(3), ...times(draw(3), () => parts[draw(parts.length)]));
    await assertSane(() => readTorch(torchZip(pickle(...mixed), { 0: [1] })), `round ${round}`);
  }
});

/** Asserts a PocketrecError, or tensors whose shapes fit their values. */
async function assertSane(read, about) {
  try {
    const { tensors } = await read();
    for (const { shape, values } of tensors.values())
      assert.equal(
        values.length,
        shape.reduce((a, b) => a * b, 1),
        about,
      );
  } catch (error) {
    assert.ok(error instanceof PocketrecError, `${about}: ${error.stack}`);
  }
}

function flipped(bytes, at, flip) {
  const copy = Uint8Array.from(bytes);
  copy[at] ^= flip;
  return copy;
}
