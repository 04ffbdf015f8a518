// A short fuzzing run with a fixed seed, and every input that was once found to break something.
// `npm run fuzz` runs longer; docs/reliability.md has its figures.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, describe, test } from "node:test";

import { attempt } from "./fuzz/attempt.js";
import {
  HARNESSES,
  buildKernels,
  findFuzzingCompiler,
  replayKernel,
  runKernel,
} from "./fuzz/kernels.js";
import { READERS } from "./fuzz/readers.js";
import { runReader } from "./fuzz/run-reader.js";
import { isLong } from "./lib/long.js";

const LIMITS = { seed: 1, milliseconds: 10_000 };
const KERNEL_RUNS = isLong ? 2000 : 600;
const READER_RUNS = isLong ? 80 : 25;

/** @type {{ kernel?: string, reader?: string, about: string, number?: number, bytes: string }[]} */
const FOUND = JSON.parse(readFileSync("tests/fuzz/found.json", "utf8"));

/** @param {import("./fuzz/run-reader.js").Report} report */
function assertSound({ runs, defects }) {
  assert.deepEqual(
    defects.map(({ wrong, path }) => `${wrong} (${path})`),
    [],
  );
  assert.ok(runs > 0, "some inputs were tried");
}

describe(
  "kernels, under sanitizers",
  {
    skip: findFuzzingCompiler()
      ? false
      : "no clang with libFuzzer is installed (Debian: apt-get install libclang-rt-19-dev)",
  },
  () => {
    before(buildKernels);
    for (const name of HARNESSES)
      test(name, async () =>
        assertSound(await runKernel(name, { ...LIMITS, runs: KERNEL_RUNS, isAlone: true })),
      );
    for (const { kernel, about, bytes } of FOUND.filter((one) => one.kernel))
      test(`${kernel}: ${about}`, async () =>
        assert.equal(await replayKernel(String(kernel), Buffer.from(bytes, "base64")), undefined));
  },
);

describe("readers", () => {
  for (const name of Object.keys(READERS))
    test(name, async () => assertSound(await runReader(name, { ...LIMITS, runs: READER_RUNS })));
  for (const { reader, about, number = 1, bytes } of FOUND.filter((one) => one.reader))
    test(`${reader}: ${about}`, async () => {
      const { read, seeds, end } = await READERS[String(reader)]();
      await seeds();
      const input = new Uint8Array(Buffer.from(bytes, "base64"));
      const { wrong } = await attempt({ read }, input, number);
      await end?.();
      assert.equal(wrong, undefined);
    });
});
