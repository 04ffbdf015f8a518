// Files of PyTorch and numpy: their tensors are read, and none of their code is executed.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as zlib from "node:zlib";

import { PocketrecError } from "../js/common/errors.js";
import { readNpy, readNpz, readNpzArrays } from "../cli/convert/read/numpy.js";
import { readPickle } from "../cli/convert/read/pickle.js";
import { readTorch } from "../cli/convert/read/torch.js";
import { openZip } from "../cli/convert/read/zip.js";
import { assertRefused } from "./lib/assert-refused.js";
import { dict, op, pickle, tensor } from "./lib/pickle-writer.js";
import { pythonWith } from "./lib/frameworks.js";
import { uniform } from "./lib/random.js";
import { torchZip, zip } from "./lib/zip-writer.js";

const SIX = [1, 2, 3, 4, 5, 6];
const good = () =>
  torchZip(pickle(...dict({ w: tensor({ count: 6, shape: [2, 3], strides: [3, 1] }) })), {
    0: SIX,
  });
const plain = (tensors) =>
  Object.fromEntries(
    [...tensors].map(([name, { shape, values }]) => [name, { shape, values: [...values] }]),
  );

describe("files written by hand", () => {
  test("a state dict of one tensor", async () => {
    const checkpoint = await readTorch(good());
    assert.equal(checkpoint.format, "torch");
    assert.deepEqual(plain(checkpoint.tensors), {
      w: { shape: [2, 3], values: [1, 2, 3, 4, 5, 6] },
    });
  });

  test("a view is made contiguous, one that leaves its storage is refused", async () => {
    const view = (more) =>
      torchZip(pickle(...dict({ w: tensor({ count: 6, ...more }) })), { 0: SIX });
    const transposed = await readTorch(view({ shape: [3, 2], strides: [1, 3] }));
    assert.deepEqual([...transposed.tensors.get("w").values], [1, 4, 2, 5, 3, 6]);
    const refused = [
      [{ shape: [2, 3], strides: [3, 1], offset: 1 }, "truncated", "w"],
      [{ shape: [2, 3], strides: [-3, 1], offset: 3 }, "bad-header"],
      [{ shape: [1_000_000, 1000], strides: [0, 0] }, "too-large"],
      [{ shape: [2 ** 30, 2 ** 30], strides: [0, 0] }, "too-large"],
    ];
    for (const [more, code, subject] of refused)
      await assertRefused(readTorch(view(more)), code, subject);
  });

  test("a missing storage, and one of an unknown type", async () => {
    const fileWith = (more) => {
      const w = tensor({ count: 2, shape: [2], strides: [1], ...more });
      return torchZip(pickle(...dict({ w })), { 0: [1, 2] });
    };
    await assertRefused(readTorch(fileWith({ key: "7" })), "missing-tensor");
    await assertRefused(
      readTorch(fileWith({ type: "QInt8Storage" })),
      "bad-dtype",
      /torch.QInt8Storage/,
    );
  });

  test("RecBole's configuration is read from an object of its class", async () => {
    const config = [
      op.global("recbole.config.configurator", "Config"),
      op.empty,
      op.newObject,
      ...dict({ final_config_dict: dict({ model: [op.text("CDAE")], train_stage: [op.true] }) }),
      op.build,
    ];
    const state = dict({ "h_item.bias": tensor({ count: 1, shape: [1], strides: [1] }) });
    const file = torchZip(pickle(...dict({ config, epoch: [op.int(2)], state_dict: state })), {
      0: [1],
    });
    const { tensors, settings } = await readTorch(file);
    assert.deepEqual([...tensors.keys()], ["h_item.bias"]);
    assert.deepEqual(settings, {
      epoch: 2,
      "config.final_config_dict.model": "CDAE",
      "config.final_config_dict.train_stage": true,
    });
  });

  test("a file without tensors is refused by its content", async () => {
    const file = pickle(...dict({ epoch: [op.int(3)] }));
    await assertRefused(readTorch(file), "missing-tensor", /a dict of 1 with \["epoch"\]/);
  });

  test("an archive of another byte order, a tar", async () => {
    const archive = zip([
      { name: "a/data.pkl", data: pickle(op.none) },
      { name: "a/byteorder", data: Buffer.from("big") },
    ]);
    await assertRefused(readTorch(archive), "unsupported", /byte order "big"/);
    const tar = new Uint8Array(512);
    tar.set(Buffer.from("ustar"), 257);
    await assertRefused(readTorch(tar), "unsupported", /tar archive/);
  });

  test("objects of any class are records: no constructor is executed", () => {
    const state = dict({ factor: [op.int(8)] });
    const { value } = readPickle(
      pickle(op.global("model", "NCF"), op.empty, op.newObject, ...state, op.build),
    );
    assert.equal(value.class, "model.NCF");
    assert.equal(value.attributes.get("factor"), 8);
  });
});

describe("pickles that try to execute code", () => {
  const command = op.text("touch /tmp/never");
  const system = op.global("os", "system");
  const run = [command, op.tuple1, op.reduce];
  const instance = [op.global("model", "A"), op.empty, op.newObject];
  const ordered = op.global("collections", "OrderedDict");
  const getattr = [op.global("builtins", "getattr"), ordered, op.text("x"), op.tuple2, op.reduce];
  const reconstructor = op.global("copyreg", "_reconstructor");
  const rebuild = op.global("torch._tensor", "_rebuild_from_type_v2");
  const rebuildArguments = [
    op.mark,
    op.global("model", "run"),
    op.none,
    op.empty,
    op.none,
    op.tuple,
  ];
  const setState = dict({ __setstate__: [op.none] });
  const attacks = {
    "REDUCE of os.system": [system, ...run],
    "REDUCE of posix.system": [op.global("posix", "system"), ...run],
    "STACK_GLOBAL of two strings": [
      op.text("subprocess"),
      op.text("Popen"),
      op.stackGlobal,
      ...run,
    ],
    "STACK_GLOBAL of a number": [op.int(1), op.text("system"), op.stackGlobal],
    INST: [op.mark, command, op.inst("os", "system")],
    OBJ: [op.mark, system, command, op.object],
    NEWOBJ: [op.global("subprocess", "Popen"), command, op.tuple1, op.newObject],
    eval: [op.global("builtins", "eval"), ...run],
    "eval of Python 2": [op.global("__builtin__", "eval"), ...run],
    getattr,
    "a path through a class": [
      op.global("collections", "OrderedDict.__reduce__"),
      op.empty,
      op.reduce,
    ],
    "a path through torch": [op.global("torch.nn", "os.system"), ...run],
    __import__: [op.global("torch.nn", "__import__"), ...run],
    copyreg: [
      reconstructor,
      system,
      op.global("builtins", "object"),
      op.none,
      op.tuple3,
      op.reduce,
    ],
    "another function of copyreg": [op.global("copyreg", "__newobj__"), op.empty, op.reduce],
    "a function of the user's code": [op.global("model", "run"), op.empty, op.reduce],
    "torch.load": [op.global("torch", "load"), ...run],
    "a call of a record": [...instance, op.empty, op.reduce],
    "BUILD of a class": [op.global("model", "A"), ...setState, op.build],
    "BUILD with a function of os": [...instance, ...dict({ __setstate__: [system] }), op.build],
    "_rebuild_from_type_v2 of another function": [rebuild, ...rebuildArguments, op.reduce],
    "an extension": ["\x82\x01"],
  };
  for (const [name, parts] of Object.entries(attacks)) {
    test(name, () => assertRefused(() => readPickle(pickle(...parts)), "unsafe"));
  }

  test("the error names the call and the way out", async () => {
    const parts = [op.global("model", "run"), op.empty, op.reduce];
    const message = /found a call of model.run. Nothing was executed. Save the weights/;
    await assertRefused(() => readPickle(pickle(...parts)), "unsafe", message);
  });
});

describe("pickles that exhaust memory or time", () => {
  test("lengths beyond the end of the file", async () => {
    for (const part of [op.frame(2n ** 60n), op.bytes8(2n ** 60n), op.bytes8(2n ** 64n - 1n)]) {
      await assertRefused(() => readPickle(pickle(part)), "truncated");
    }
    await assertRefused(
      () => readPickle(pickle(op.long4(5_000_000), Buffer.alloc(5_000_000, 1))),
      "too-large",
    );
    await assertRefused(() => readPickle(pickle(`L${"9".repeat(2_000_000)}\n`)), "too-large");
  });

  test("lists nested a hundred thousand deep", async () => {
    const deep = pickle("]".repeat(100_000), "a".repeat(99_999));
    await assertRefused(readTorch(deep), "missing-tensor");
    const device = pickle(
      op.global("torch", "device"),
      op.list,
      ...Array(50).fill("2a"),
      op.tuple1,
      op.reduce,
    );
    await assertRefused(readTorch(device), "bad-header");
  });

  test("a list that contains itself", async () => {
    await assertRefused(readTorch(pickle(op.list, op.dup, op.append)), "missing-tensor");
  });

  test("lists of the same list, nested thirty times", async () => {
    const doubling = ["(", "l", op.put(0)];
    for (let i = 0; i < 30; i++) doubling.push("(", op.get(i), op.get(i), "l", op.put(i + 1));
    await assertRefused(readTorch(pickle(...doubling)), "missing-tensor");
    // As a wrong argument, it must not be written out in the message.
    await assertRefused(() => readPickle(pickle(...doubling, op.persistent)), "unsupported");
  });

  test("a tensor reachable by a million paths", async () => {
    const parts = [...tensor({ count: 1, shape: [1], strides: [1] }), op.put(0)];
    for (let i = 0; i < 30; i++) parts.push("(", op.get(i), op.get(i), "l", op.put(i + 1));
    await assertRefused(readTorch(torchZip(pickle(...parts), { 0: [1] })), "too-large");
  });

  test("a checkpoint that contains itself, modules that share their parts", async () => {
    const itself = [
      op.dict,
      op.put(0),
      op.text("state_dict"),
      op.get(0),
      op.setItem,
      op.text("w"),
      op.mark,
      ...tensor({ count: 1, shape: [1], strides: [1] }),
      "l",
      op.setItem,
    ];
    assert.deepEqual(
      [...(await readTorch(torchZip(pickle(...itself), { 0: [1] }))).tensors.keys()],
      ["w.0"],
    );

    const parts = [op.none, op.put(0)];
    for (let i = 0; i < 40; i++) {
      const modules = dict({ "": [op.get(i)], _orig_mod: [op.get(i)] });
      const state = dict({ _parameters: [op.dict], _modules: modules });
      parts.push(
        op.global("model", "A"),
        op.empty,
        op.newObject,
        ...state,
        op.build,
        op.put(i + 1),
      );
    }
    await assertRefused(readTorch(pickle(...parts)), "too-large");
  });

  test("names, shapes and numbers of a megabyte, used a thousand times", () => {
    const text = [op.text("9".repeat(1_000_000)), op.put(0)];
    const uses = {
      "a name": [op.get(0), op.get(0), op.stackGlobal],
      "a device": [op.global("torch", "device"), op.get(0), op.tuple1, op.reduce],
      "a number": [op.global("builtins", "int"), op.get(0), op.tuple1, op.reduce],
      "an array": [
        op.global("numpy", "dtype"),
        op.text("u1"),
        op.tuple1,
        op.reduce,
        op.put(1),
        op.pop,
        ...Array(1000)
          .fill([
            op.global("numpy.core.multiarray", "scalar"),
            op.get(1),
            op.get(0),
            op.tuple2,
            op.reduce,
          ])
          .flat(),
      ],
    };
    for (const [name, use] of Object.entries(uses)) {
      assert.throws(() => readPickle(pickle(...text, ...use)), PocketrecError, name);
    }
  });

  test("many calls that copy the same text", async () => {
    const call = [
      op.global("_codecs", "encode"),
      op.get(0),
      op.text("latin1"),
      op.tuple2,
      op.reduce,
      op.pop,
    ];
    const parts = [op.text("x".repeat(100_000)), op.put(0), ...Array(1000).fill(call).flat()];
    await assertRefused(() => readPickle(pickle(...parts)), "too-large");
  });

  test("millions of objects, of a byte each", async () => {
    const files = [
      "}".repeat(2_000_000),
      ")\x85".repeat(1_000_000),
      "C\x00".repeat(2_000_000),
      `N${"\x94".repeat(3_000_000)}`,
      "(".repeat(3_000_000),
      "N".repeat(11_000_000),
    ];
    for (const part of files) await assertRefused(() => readPickle(pickle(part)), "too-large");
  });

  test("a persistent id of a wrong kind", async () => {
    for (const id of [[op.none], [op.text("0")], [op.list], [op.text("storage"), op.tuple1]]) {
      await assertRefused(readTorch(torchZip(pickle(...id, op.persistent))), "bad-header");
    }
  });
});

const { crc32 } = zlib;

describe("false archives", () => {
  const zeros = new Uint8Array(80_000_000);

  test("an entry that inflates too much", async () => {
    await assertRefused(
      openZip(zip([{ name: "a", data: zeros, deflate: true }])),
      "unsafe",
      /^a: /,
    );
    const archive = await openZip(
      zip([{ name: "a", data: zeros.subarray(0, 20_000_000), deflate: true, size: 1000 }]),
    );
    await assertRefused(archive.read("a"), "bad-header");
    const small = await openZip(zip([{ name: "a", data: zeros.subarray(0, 5000), deflate: true }]));
    assert.equal((await small.read("a")).length, 5000);
    await assertRefused(small.read("a", { bytesMax: 4999 }), "too-large");
  });

  test("bytes that do not match the checksum", async (t) => {
    if (!crc32) return t.skip("this Node has no CRC-32");
    const data = Uint8Array.of(1, 2, 3);
    const sum = crc32(data);
    for (const deflate of [false, true]) {
      assert.deepEqual(
        await (await openZip(zip([{ name: "a", data, deflate, sum }]))).read("a"),
        data,
      );
      await assertRefused(
        (await openZip(zip([{ name: "a", data: Uint8Array.of(1, 2, 4), deflate, sum }]))).read("a"),
        "bad-header",
        /^a: /,
      );
    }
  });

  test("entries that together inflate too much", async () => {
    const entry = (_, i) => ({
      name: `${i}`,
      data: zeros.subarray(0, 1000),
      deflate: true,
      size: 1_000_000,
    });
    assert.deepEqual((await openZip(zip([entry(null, 0)]))).names, ["0"]);
    await assertRefused(openZip(zip(Array.from({ length: 100 }, entry))), "unsafe", /^archive: /);
  });

  test("overlapping, repeated and encrypted entries", async () => {
    const [a, b] = [
      { name: "a", data: [1, 2, 3] },
      { name: "b", data: [1, 2, 3] },
    ];
    await assertRefused(openZip(zip([a, { ...b, at: 0 }])), "unsafe", /overlaps/);
    await assertRefused(openZip(zip([a, a])), "duplicate-tensor");
    await assert.rejects(
      openZip(zip([{ ...a, flags: 1, size: 3, compressedSize: 15 }, b])),
      PocketrecError,
    );
    await assertRefused(openZip(zip([a], { count: 9 })), "truncated");
    await assertRefused(openZip(zip([{ ...a, size: 4e9, compressedSize: 4e9 }])), "truncated");
  });
});

describe("damage", () => {
  /** Asserts a PocketrecError, or a checkpoint whose shapes fit its values. */
  async function assertSane(bytes, about) {
    try {
      const { tensors } = await readTorch(bytes);
      for (const { shape, values } of tensors.values())
        assert.equal(
          values.length,
          shape.reduce((a, b) => a * b, 1),
        );
    } catch (error) {
      assert.ok(error instanceof PocketrecError, `${about}: ${error.stack}`);
    }
  }
  const alone = pickle(...tensor({ count: 2, shape: [2], strides: [1] }));

  test("every truncation of a file and of a pickle", async () => {
    for (let length = 0; length < good().length; length++) {
      await assert.rejects(
        readTorch(good().subarray(0, length)),
        PocketrecError,
        `${length} bytes`,
      );
    }
    for (let length = 0; length < alone.length; length++) {
      await assert.rejects(
        readTorch(torchZip(alone.subarray(0, length), { 0: [1, 2] })),
        PocketrecError,
        `${length} bytes`,
      );
    }
  });

  test("every byte of a file flipped, in three ways", async () => {
    for (let at = 0; at < good().length; at++) {
      for (const flip of [1, 128, 255]) {
        const bytes = good();
        bytes[at] ^= flip;
        await assertSane(bytes, `byte ${at} ^ ${flip}`);
      }
    }
  });

  test("random bytes, random opcodes", async () => {
    const next = uniform(7);
    const codes = [
      ...Buffer.from("(.)012BCFGIJKLMNPQRSTUVX]abcdeghijlopqrstu}"),
      ...Array.from({ length: 24 }, (_, i) => 0x80 + i),
    ];
    for (let round = 0; round < 6000; round++) {
      const bytes = Uint8Array.from({ length: 1 + Math.floor(next() * 60) }, () =>
        round % 2 ? Math.floor(next() * 256) : codes[Math.floor(next() * codes.length)],
      );
      await assertSane(round % 3 ? bytes : torchZip(bytes), `round ${round}`);
    }
  });
});

const { python: torch } = pythonWith("PyTorch", "import torch, numpy");
const { skip, python = torch } = pythonWith(
  "numpy",
  torch ? "import torch, numpy" : "import numpy",
);
const withTorch = torch !== undefined;

/** The JSON that a script prints. */
const runPython = (...words) =>
  JSON.parse(execFileSync(python, words, { encoding: "utf8", maxBuffer: 2 ** 26 }));

describe("files written by Python", { skip }, () => {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-"));
  after(() => rmSync(folder, { recursive: true }));
  const script = fileURLToPath(new URL("lib/torch_files.py", import.meta.url));
  const expected = python ? runPython(script, folder, ...(withTorch ? ["torch"] : [])) : {};
  const read = (name) => new Uint8Array(readFileSync(join(folder, name)));

  test("arrays of every type, order and layout", async () => {
    for (const [name, { shape, values }] of Object.entries(expected.numpy)) {
      const array = readNpy(read(`${name}.npy`));
      assert.deepEqual({ shape: array.shape, values: [...array.values] }, { shape, values }, name);
    }
    for (const name of ["stored.npz", "deflated.npz"]) {
      assert.deepEqual(plain((await readNpz(read(name))).tensors), expected.numpy);
    }
    assert.ok(
      (await readNpzArrays(read("stored.npz"))).get("i8leC").values instanceof Float64Array,
    );
    await assertRefused(() => readNpy(read("object.npy")), "unsafe", /a pickle/);
  });

  test("an array cut short anywhere", () => {
    const bytes = read("f4leC.npy");
    for (let length = 0; length < bytes.length; length++)
      assert.throws(() => readNpy(bytes.subarray(0, length)), PocketrecError);
  });

  test("arrays and a matrix in pickles of every protocol", async () => {
    for (const protocol of [0, 1, 2, 3, 4, 5]) {
      const { tensors, settings } = await readTorch(read(`numpy${protocol}.pkl`));
      assert.deepEqual(plain(tensors), expected.pickled, `protocol ${protocol}`);
      assert.equal(settings.rate, 0.5);
    }
  });

  describe("by torch", { skip: withTorch ? false : "no Python with torch" }, () => {
    for (const name of ["types", "views", "module", "parallel", "parallel_state", "checkpoint"]) {
      test(name, async () => {
        for (const file of [`${name}.pt`, `${name}.legacy.pt`]) {
          assert.deepEqual(plain((await readTorch(read(file))).tensors), expected[name], file);
        }
      });
    }

    test("parameters, subclasses, empty and shared tensors, by every protocol", async () => {
      for (const protocol of [2, 3, 4, 5]) {
        assert.deepEqual(
          plain((await readTorch(read(`kinds${protocol}.pt`))).tensors),
          expected.kinds,
          `protocol ${protocol}`,
        );
      }
    });

    test("classes and attributes of a module", async () => {
      for (const file of ["module.pt", "module.legacy.pt", "parallel.pt"]) {
        const { classes, settings } = await readTorch(read(file));
        assert.equal(classes.get(""), "__main__.NCF", file);
        assert.equal(classes.get("layers.2"), "torch.nn.modules.activation.ReLU");
        assert.equal(settings.dropout, 0.25);
        assert.deepEqual(settings.sizes, [8, 4]);
        assert.equal(settings["layers.0.p"], 0.5);
      }
    });

    test("TorchScript: weights and classes, without its code", async () => {
      const { tensors, classes } = await readTorch(read("script.pt"));
      assert.deepEqual(plain(tensors), expected.script);
      assert.equal(classes.get("1"), "torch.nn.modules.activation.ReLU");
    });

    test("the configuration of a checkpoint", async () => {
      const { settings } = await readTorch(read("checkpoint.pt"));
      assert.equal(settings.epoch, 3);
      assert.equal(settings["config.final_config_dict.model"], "NeuMF");
      assert.deepEqual(settings["config.final_config_dict.mlp_hidden_size"], [8, 4]);
    });

    test("sparse and quantized tensors are refused", async () => {
      await assertRefused(readTorch(read("sparse.bad.pt")), "unsupported", /a sparse tensor/);
      await assert.rejects(readTorch(read("quantized.bad.pt")), PocketrecError);
    });

    test("a legacy file cut short anywhere", async () => {
      const bytes = read("views.legacy.pt");
      for (let length = 0; length < bytes.length; length++) {
        await assert.rejects(
          readTorch(bytes.subarray(0, length)),
          PocketrecError,
          `${length} bytes`,
        );
      }
    });
  });
});
