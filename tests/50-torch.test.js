// Files of PyTorch and numpy: what is read of them, and that nothing of them is run.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as zlib from "node:zlib";

import { PocketrecError } from "../js/common/errors.js";
import { readNpy, readNpz, readNpzArrays } from "../js/convert/read/numpy.js";
import { readPickle } from "../js/convert/read/pickle.js";
import { readTorch } from "../js/convert/read/torch.js";
import { openZip } from "../js/convert/read/zip.js";
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
const fails = (code, about) => (error) => {
  assert.ok(error instanceof PocketrecError, error.stack);
  assert.equal(error.code, code, error.message);
  if (about) assert.match(error.message, about);
  return true;
};

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
    const turned = await readTorch(view({ shape: [3, 2], strides: [1, 3] }));
    assert.deepEqual([...turned.tensors.get("w").values], [1, 4, 2, 5, 3, 6]);
    await assert.rejects(
      readTorch(view({ shape: [2, 3], strides: [3, 1], offset: 1 })),
      fails("truncated", /^w: /),
    );
    await assert.rejects(
      readTorch(view({ shape: [2, 3], strides: [-3, 1], offset: 3 })),
      fails("bad-header"),
    );
    await assert.rejects(
      readTorch(view({ shape: [1_000_000, 1000], strides: [0, 0] })),
      fails("too-large"),
    );
    await assert.rejects(
      readTorch(view({ shape: [2 ** 30, 2 ** 30], strides: [0, 0] })),
      fails("too-large"),
    );
  });

  test("a storage that is not there, and one of a type without name", async () => {
    const of = (more) => {
      const w = tensor({ count: 2, shape: [2], strides: [1], ...more });
      return torchZip(pickle(...dict({ w })), { 0: [1, 2] });
    };
    await assert.rejects(readTorch(of({ key: "7" })), fails("missing-tensor"));
    await assert.rejects(
      readTorch(of({ type: "QInt8Storage" })),
      fails("bad-dtype", /torch.QInt8Storage/),
    );
  });

  test("the configuration of RecBole is found in a record of its class", async () => {
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

  test("nothing found says what was there", async () => {
    const file = pickle(...dict({ epoch: [op.int(3)] }));
    await assert.rejects(readTorch(file), fails("missing-tensor", /a dict of 1 with \["epoch"\]/));
  });

  test("an archive of another byte order, a tar", async () => {
    const archive = zip([
      { name: "a/data.pkl", data: pickle(op.none) },
      { name: "a/byteorder", data: Buffer.from("big") },
    ]);
    await assert.rejects(readTorch(archive), fails("unsupported", /byte order "big"/));
    const tar = new Uint8Array(512);
    tar.set(Buffer.from("ustar"), 257);
    await assert.rejects(readTorch(tar), fails("unsupported", /tar archive/));
  });

  test("objects of any class are records, whose constructors are not run", () => {
    const state = dict({ factor: [op.int(8)] });
    const { value } = readPickle(
      pickle(op.global("model", "NCF"), op.empty, op.newObject, ...state, op.build),
    );
    assert.equal(value.class, "model.NCF");
    assert.equal(value.attributes.get("factor"), 8);
  });
});

describe("pickles that want to run something", () => {
  const command = op.text("touch /tmp/never");
  const attacks = {
    "REDUCE of os.system": [op.global("os", "system"), command, op.tuple1, op.reduce],
    "REDUCE of posix.system": [op.global("posix", "system"), command, op.tuple1, op.reduce],
    "STACK_GLOBAL of two strings": [
      op.text("subprocess"),
      op.text("Popen"),
      op.stackGlobal,
      command,
      op.tuple1,
      op.reduce,
    ],
    "STACK_GLOBAL of what is not a name": [op.int(1), op.text("system"), op.stackGlobal],
    INST: [op.mark, command, op.inst("os", "system")],
    OBJ: [op.mark, op.global("os", "system"), command, op.object],
    NEWOBJ: [op.global("subprocess", "Popen"), command, op.tuple1, op.newObject],
    eval: [op.global("builtins", "eval"), command, op.tuple1, op.reduce],
    "eval of Python 2": [op.global("__builtin__", "eval"), command, op.tuple1, op.reduce],
    getattr: [
      op.global("builtins", "getattr"),
      op.global("collections", "OrderedDict"),
      op.text("x"),
      op.tuple2,
      op.reduce,
    ],
    "a path through a class": [
      op.global("collections", "OrderedDict.__reduce__"),
      op.empty,
      op.reduce,
    ],
    "a path through torch": [op.global("torch.nn", "os.system"), command, op.tuple1, op.reduce],
    __import__: [op.global("torch.nn", "__import__"), command, op.tuple1, op.reduce],
    copyreg: [
      op.global("copyreg", "_reconstructor"),
      op.global("os", "system"),
      op.global("builtins", "object"),
      op.none,
      op.tuple3,
      op.reduce,
    ],
    "another function of copyreg": [op.global("copyreg", "__newobj__"), op.empty, op.reduce],
    "a function of the person's own": [op.global("model", "run"), op.empty, op.reduce],
    "torch.load": [op.global("torch", "load"), command, op.tuple1, op.reduce],
    "a call of a record": [op.global("model", "A"), op.empty, op.newObject, op.empty, op.reduce],
    "BUILD of a class": [op.global("model", "A"), ...dict({ __setstate__: [op.none] }), op.build],
    "BUILD with a function of os": [
      op.global("model", "A"),
      op.empty,
      op.newObject,
      ...dict({ __setstate__: [op.global("os", "system")] }),
      op.build,
    ],
    "_rebuild_from_type_v2 of another function": [
      op.global("torch._tensor", "_rebuild_from_type_v2"),
      op.mark,
      op.global("model", "run"),
      op.none,
      op.empty,
      op.none,
      op.tuple,
      op.reduce,
    ],
    "an extension": ["\x82\x01"],
  };
  for (const [name, parts] of Object.entries(attacks)) {
    test(name, () => assert.throws(() => readPickle(pickle(...parts)), fails("unsafe")));
  }

  test("the error names the call and the way out", () => {
    const parts = [op.global("model", "run"), op.empty, op.reduce];
    const message = /found a call of model.run. Nothing of it was run. Save the weights/;
    assert.throws(() => readPickle(pickle(...parts)), fails("unsafe", message));
  });
});

describe("pickles that want to be too much", () => {
  test("lengths that the file does not have", () => {
    for (const part of [op.frame(2n ** 60n), op.bytes8(2n ** 60n), op.bytes8(2n ** 64n - 1n)]) {
      assert.throws(() => readPickle(pickle(part)), fails("truncated"));
    }
    assert.throws(
      () => readPickle(pickle(op.long4(5_000_000), Buffer.alloc(5_000_000, 1))),
      fails("too-large"),
    );
    assert.throws(() => readPickle(pickle(`L${"9".repeat(2_000_000)}\n`)), fails("too-large"));
  });

  test("lists in lists, a hundred thousand deep", async () => {
    const deep = pickle("]".repeat(100_000), "a".repeat(99_999));
    await assert.rejects(readTorch(deep), fails("missing-tensor"));
    const device = pickle(
      op.global("torch", "device"),
      op.list,
      ...Array(50).fill("2a"),
      op.tuple1,
      op.reduce,
    );
    await assert.rejects(readTorch(device), fails("bad-header"));
  });

  test("a list that holds itself", async () => {
    await assert.rejects(readTorch(pickle(op.list, op.dup, op.append)), fails("missing-tensor"));
  });

  test("lists of the same list, thirty times over", async () => {
    const laughs = ["(", "l", op.put(0)];
    for (let i = 0; i < 30; i++) laughs.push("(", op.get(i), op.get(i), "l", op.put(i + 1));
    await assert.rejects(readTorch(pickle(...laughs)), fails("missing-tensor"));
    // As an argument where none belongs, it must not be written out in the message.
    assert.throws(() => readPickle(pickle(...laughs, op.persistent)), fails("unsupported"));
  });

  test("a tensor that is found in a million places", async () => {
    const parts = [...tensor({ count: 1, shape: [1], strides: [1] }), op.put(0)];
    for (let i = 0; i < 30; i++) parts.push("(", op.get(i), op.get(i), "l", op.put(i + 1));
    await assert.rejects(readTorch(torchZip(pickle(...parts), { 0: [1] })), fails("too-large"));
  });

  test("a checkpoint that is its own state dict, modules that are each other's parts", async () => {
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
    await assert.rejects(readTorch(pickle(...parts)), fails("too-large"));
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

  test("many calls that copy the same text", () => {
    const call = [
      op.global("_codecs", "encode"),
      op.get(0),
      op.text("latin1"),
      op.tuple2,
      op.reduce,
      op.pop,
    ];
    const parts = [op.text("x".repeat(100_000)), op.put(0), ...Array(1000).fill(call).flat()];
    assert.throws(() => readPickle(pickle(...parts)), fails("too-large"));
  });

  test("millions of objects, of a byte each", () => {
    const files = [
      "}".repeat(2_000_000),
      ")\x85".repeat(1_000_000),
      "C\x00".repeat(2_000_000),
      `N${"\x94".repeat(3_000_000)}`,
      "(".repeat(3_000_000),
      "N".repeat(11_000_000),
    ];
    for (const part of files) assert.throws(() => readPickle(pickle(part)), fails("too-large"));
  });

  test("a persistent id of a wrong kind", async () => {
    for (const id of [[op.none], [op.text("0")], [op.list], [op.text("storage"), op.tuple1]]) {
      await assert.rejects(readTorch(torchZip(pickle(...id, op.persistent))), fails("bad-header"));
    }
  });
});

const { crc32 } = zlib;

describe("archives that lie", () => {
  const zeros = new Uint8Array(80_000_000);

  test("an entry that grows too much", async () => {
    await assert.rejects(
      openZip(zip([{ name: "a", data: zeros, deflate: true }])),
      fails("unsafe", /^a: /),
    );
    const archive = await openZip(
      zip([{ name: "a", data: zeros.subarray(0, 20_000_000), deflate: true, size: 1000 }]),
    );
    await assert.rejects(archive.read("a"), fails("bad-header"));
    const small = await openZip(zip([{ name: "a", data: zeros.subarray(0, 5000), deflate: true }]));
    assert.equal((await small.read("a")).length, 5000);
    await assert.rejects(small.read("a", { most: 4999 }), fails("too-large"));
  });

  test("bytes that are others than the sum says", async (t) => {
    if (!crc32) return t.skip("this Node has no CRC-32");
    const data = Uint8Array.of(1, 2, 3);
    const sum = crc32(data);
    for (const deflate of [false, true]) {
      assert.deepEqual(
        await (await openZip(zip([{ name: "a", data, deflate, sum }]))).read("a"),
        data,
      );
      await assert.rejects(
        (await openZip(zip([{ name: "a", data: Uint8Array.of(1, 2, 4), deflate, sum }]))).read("a"),
        fails("bad-header", /^a: /),
      );
    }
  });

  test("entries that together grow too much", async () => {
    const entry = (_, i) => ({
      name: `${i}`,
      data: zeros.subarray(0, 1000),
      deflate: true,
      size: 1_000_000,
    });
    assert.deepEqual((await openZip(zip([entry(null, 0)]))).names, ["0"]);
    await assert.rejects(
      openZip(zip(Array.from({ length: 100 }, entry))),
      fails("unsafe", /^archive: /),
    );
  });

  test("entries that overlap, come twice, or are encrypted", async () => {
    const [a, b] = [
      { name: "a", data: [1, 2, 3] },
      { name: "b", data: [1, 2, 3] },
    ];
    await assert.rejects(openZip(zip([a, { ...b, at: 0 }])), fails("unsafe", /overlaps/));
    await assert.rejects(openZip(zip([a, a])), fails("duplicate-tensor"));
    await assert.rejects(
      openZip(zip([{ ...a, flags: 1, size: 3, compressedSize: 15 }, b])),
      PocketrecError,
    );
    await assert.rejects(openZip(zip([a], { count: 9 })), fails("truncated"));
    await assert.rejects(
      openZip(zip([{ ...a, size: 4e9, compressedSize: 4e9 }])),
      fails("truncated"),
    );
  });
});

describe("damage", () => {
  /** A PocketrecError or a checkpoint of sane shapes. */
  async function demandSane(bytes, about) {
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
        await demandSane(bytes, `byte ${at} ^ ${flip}`);
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
      await demandSane(round % 3 ? bytes : torchZip(bytes), `round ${round}`);
    }
  });
});

const { python: torch } = pythonWith("PyTorch", "import torch, numpy");
const { skip, python = torch } = pythonWith(
  "numpy",
  torch ? "import torch, numpy" : "import numpy",
);
const withTorch = torch !== undefined;

/** Runs a script, and gives what it printed as JSON. */
const runPython = (...words) =>
  JSON.parse(execFileSync(python, words, { encoding: "utf8", maxBuffer: 2 ** 26 }));

describe("files that Python wrote", { skip }, () => {
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
    assert.throws(() => readNpy(read("object.npy")), fails("unsafe", /a pickle/));
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

    test("a module tells its classes and attributes", async () => {
      for (const file of ["module.pt", "module.legacy.pt", "parallel.pt"]) {
        const { classes, settings } = await readTorch(read(file));
        assert.equal(classes.get(""), "__main__.NCF", file);
        assert.equal(classes.get("layers.2"), "torch.nn.modules.activation.ReLU");
        assert.equal(settings.dropout, 0.25);
        assert.deepEqual(settings.sizes, [8, 4]);
        assert.equal(settings["layers.0.p"], 0.5);
      }
    });

    test("TorchScript: weights and classes, nothing of its code", async () => {
      const { tensors, classes } = await readTorch(read("script.pt"));
      assert.deepEqual(plain(tensors), expected.script);
      assert.equal(classes.get("1"), "torch.nn.modules.activation.ReLU");
    });

    test("a checkpoint tells its configuration", async () => {
      const { settings } = await readTorch(read("checkpoint.pt"));
      assert.equal(settings.epoch, 3);
      assert.equal(settings["config.final_config_dict.model"], "NeuMF");
      assert.deepEqual(settings["config.final_config_dict.mlp_hidden_size"], [8, 4]);
    });

    test("sparse and quantized tensors are named", async () => {
      await assert.rejects(
        readTorch(read("sparse.bad.pt")),
        fails("unsupported", /a sparse tensor/),
      );
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
