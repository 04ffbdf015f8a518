// Untrusted Keras files: each ends in one clear error, quickly and in little memory.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, test } from "node:test";

import { readKeras } from "../cli/convert/read/keras.js";
import { PocketrecError } from "../js/common/errors.js";
import { assertRefused } from "./lib/assert-refused.js";
import { functional, layer, weights, writeHdf5 } from "./lib/keras.js";
import { pythonWith } from "./lib/frameworks.js";
import { isLong } from "./lib/long.js";
import { uniform } from "./lib/random.js";
import { zipOf } from "./lib/zip-writer.js";

const { skip, python } = pythonWith("h5py", "import h5py, numpy");

/** The code of the PocketrecError, or "read"; asserts that there is no other error. */
async function codeOf(bytes) {
  try {
    await readKeras(bytes);
  } catch (error) {
    assert.ok(error instanceof PocketrecError, `${error?.stack}`);
    return error.code;
  }
  return "read";
}

describe("untrusted files", () => {
  const small = () =>
    writeHdf5(
      { "dense_1/dense_1/kernel:0": weights([3, 2], 1), "dense_1/dense_1/bias:0": weights([2], 2) },
      { "": { layer_names: ["dense_1"], backend: "tensorflow" } },
    );

  test("random bytes, with and without the signature", async () => {
    const next = uniform(7);
    for (let k = 0; k < 40; k++) {
      const bytes = Uint8Array.from({ length: 2000 }, () => next() * 256);
      if (k % 2) bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
      assert.equal(await codeOf(bytes), "bad-header");
    }
  });

  test("truncated files", async () => {
    const bytes = await small();
    for (let length = 0; length < bytes.length; length += 61) {
      assert.ok(
        ["bad-header", "read"].includes(await codeOf(bytes.subarray(0, length))),
        `${length} bytes`,
      );
    }
  });

  test("flipped bytes: a PocketrecError, or a checkpoint whose shapes fit", async () => {
    const bytes = await small();
    const next = uniform(8);
    for (let k = 0; k < (isLong ? 150 : 25); k++) {
      const flipped = bytes.slice();
      for (let n = 0; n < 3; n++) flipped[Math.floor(next() * bytes.length)] = next() * 256;
      if ((await codeOf(flipped)) !== "read") continue;
      for (const { shape, values } of (await readKeras(flipped)).tensors.values()) {
        assert.equal(
          values.length,
          shape.reduce((product, n) => product * n, 1),
        );
      }
    }
  });

  test("a damaged heap on which the library would loop forever", async () => {
    const bytes = await small();
    const heap = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("GCOL");
    assert.ok(heap > 0);
    // A size of 0 makes the next object the same one again.
    bytes.fill(0, heap + 24, heap + 32);
    assert.ok(["bad-header", "read"].includes(await codeOf(bytes)));
    assert.equal(await codeOf(await small()), "read");
  });

  test("an empty dataset of 10^12 numbers", async () => {
    const more = { chunks: [10], maxshape: [null] };
    const big = { shape: [10], values: new Float32Array(10), more };
    const bytes = await writeHdf5({ big }, {}, (file) => file.get("big").resize([1e12]));
    assert.equal(await codeOf(bytes), "too-large");
  });

  test("cyclic groups and links are read once", async () => {
    const bytes = await writeHdf5({ "a/b/w": weights([2], 1) }, {}, (file) => {
      file.create_hard_link("/a", "a/b/again");
      file.create_soft_link("/a", "soft");
      file.create_soft_link("/loop", "loop");
    });
    assert.deepEqual([...(await readKeras(bytes)).tensors.keys()], ["a/b/w"]);
  });

  test("deeply nested groups", async () => {
    const bytes = await writeHdf5({ [`${"g/".repeat(50)}w`]: weights([2], 1) });
    assert.equal(await codeOf(bytes), "too-large");
  });

  test("a link to another file is refused", async () => {
    const bytes = await writeHdf5({}, {}, (file) =>
      file.create_external_link("/etc/passwd", "/", "passwords"),
    );
    await assertRefused(readKeras(bytes), "unsafe", "passwords");
  });

  test(
    "no values of other files, and no inflation of forty bytes to 50 megabytes",
    { skip },
    async () => {
      const folder = mkdtempSync(join(tmpdir(), "pocketrec-"));
      try {
        execFileSync(String(python), [
          "-c",
          `
import h5py, sys, zlib
with h5py.File(sys.argv[1] + "/external.h5", "w") as f:
    f.create_dataset("w", (8,), "u1", external=[("/etc/passwd", 0, 8)])
with h5py.File(sys.argv[1] + "/virtual.h5", "w") as f:
    layout = h5py.VirtualLayout((8,), "f4")
    layout[:] = h5py.VirtualSource(sys.argv[1] + "/source.h5", "w", (8,))
    f.create_virtual_dataset("w", layout)
with h5py.File(sys.argv[1] + "/bomb.h5", "w") as f:
    w = f.create_dataset("w", (10,), "f4", chunks=(10,), compression="gzip")
    w.id.write_direct_chunk((0,), zlib.compress(bytes(50 << 20), 9))
with h5py.File(sys.argv[1] + "/half.h5", "w") as f:
    f.create_dataset("w", data=[0.5, -2, 65504, 6e-8], dtype=">f2")
    f.create_dataset("flag", data=[True, False])
    f.attrs["layer_names"] = ["caf\\u00e9"]
`,
          folder,
        ]);
        assert.equal(await codeOf(readFileSync(join(folder, "external.h5"))), "bad-header");
        assert.equal(await codeOf(readFileSync(join(folder, "virtual.h5"))), "unsafe");
        assert.equal(await codeOf(readFileSync(join(folder, "bomb.h5"))), "bad-header");
        const { tensors } = await readKeras(readFileSync(join(folder, "half.h5")));
        assert.deepEqual([...tensors.get("w").values], [0.5, -2, 65504, 2 ** -24]);
        assert.deepEqual([...tensors.get("flag").values], [1, 0]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    },
  );

  test("configurations that are invalid, too deep, cyclic or incomplete", async () => {
    const circle = functional([layer("Dense", "a", ["b"]), layer("Dense", "b", ["a"])], ["a"]);
    const missing = functional([layer("Dense", "a", ["nowhere"])], ["a"]);
    const number = { class_name: "Sequential", config: { layers: [3] } };
    let nested = functional([], []);
    for (let k = 0; k < 12; k++)
      nested = { class_name: "Sequential", config: { name: "m", layers: [nested] } };
    const refused = [
      ["{", "bad-metadata"],
      ["[".repeat(1000) + "]".repeat(1000), "too-large"],
      [JSON.stringify(circle), "bad-metadata"],
      [JSON.stringify(missing), "bad-metadata"],
      [JSON.stringify(nested), "too-large"],
      [JSON.stringify(number), "bad-metadata"],
    ];
    const datasets = { "d/d/kernel:0": weights([2, 2], 1) };
    for (const [model_config, code] of refused)
      assert.equal(await codeOf(await writeHdf5(datasets, { "": { model_config } })), code);
  });

  test("an archive without weights", async () => {
    assert.equal(
      await codeOf(zipOf({ "config.json": new TextEncoder().encode("{}") })),
      "unknown-format",
    );
  });
});
