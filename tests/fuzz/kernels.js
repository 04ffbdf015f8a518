// The harnesses of tests/fuzz/native: one program with AddressSanitizer, UndefinedBehaviorSanitizer
// and libFuzzer, built where a source is newer.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const FOLDER = "build/fuzz";
const PROGRAM = `${FOLDER}/kernels`;
const FOUND = `${FOLDER}/found`;
/** The longest input, in bytes: a seed of the numbers, and the shape. */
const LENGTH_MAX = 160;
const SANITIZERS = "address,undefined,float-cast-overflow";
const FLAGS = [
  ...["-std=c11", "-O2", "-g1", "-Wall", "-Wextra", "-Werror"],
  ...["-Wno-unused-function", "-Wno-unused-const-variable", "-ffp-contract=off"],
  ...[`-fsanitize=fuzzer-no-link,${SANITIZERS}`, "-fno-sanitize-recover=all"],
  // Shapes are drawn from single bytes: comparisons need no guidance, and recording them is slow.
  "-fno-sanitize-coverage=trace-cmp",
  ...["-include", "tests/fuzz/native/red_zone.h"],
];
/** An input takes microseconds: this many seconds are a hang. */
const HANG = 20;

const sourcesIn = (folder, ending) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(ending))
    .map((name) => `${folder}/${name}`);

const SOURCES = [...sourcesIn("src", ".c"), ...sourcesIn("tests/fuzz/native", ".c")];
const HEADERS = ["src", "tests/native", "tests/fuzz/native"].flatMap((f) => sourcesIn(f, ".h"));

/** The names of the harnesses. */
export const HARNESSES = sourcesIn("tests/fuzz/native", "_fuzz.c").map((path) =>
  basename(path, "_fuzz.c"),
);

const COMPILERS = ["clang-22", "clang-21", "clang-20", "clang-19", "clang-18", "clang-17", "clang"];

/** @type {string | undefined} */
let found;

/** A clang that has libFuzzer, or undefined. */
export const findFuzzingCompiler = () =>
  (found ??= COMPILERS.find((name) => {
    const words = ["-fsanitize=fuzzer,address", "-x", "c", "-", "-o", "/dev/null"];
    const input = "int LLVMFuzzerTestOneInput(const char *a, unsigned long b) { return a && b; }";
    return spawnSync(name, words, { input }).status === 0;
  }));

const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Builds the program, unless it is newer than all sources. */
export async function buildKernels() {
  mkdirSync(FOLDER, { recursive: true });
  const newestHeader = Math.max(...HEADERS.map(changedAt));
  const objectOf = (path) => `${FOLDER}/${basename(path, ".c")}.o`;
  const stale = SOURCES.filter(
    (path) => changedAt(objectOf(path)) < Math.max(changedAt(path), newestHeader),
  );
  const compiler = /** @type {string} */ (findFuzzingCompiler());
  const next = stale.values();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      for (const path of next) await run(compiler, [...FLAGS, "-c", path, "-o", objectOf(path)]);
    }),
  );
  if (!stale.length && existsSync(PROGRAM)) return;
  const objects = SOURCES.map(objectOf);
  await run(compiler, [`-fsanitize=fuzzer,${SANITIZERS}`, ...objects, "-o", PROGRAM, "-lm"]);
}

/**
 * Runs a harness. What it learns of its inputs is kept in build/ for the next run, unless isAlone.
 *
 * @param {string} name
 * @param {{ seed: number, milliseconds: number, runs: number, isAlone?: boolean }} limits
 * @returns {Promise<import("./run-reader.js").Report>}
 */
export async function runKernel(name, { seed, milliseconds, runs, isAlone = false }) {
  const corpus = `${FOLDER}/corpus/${name}`;
  mkdirSync(corpus, { recursive: true });
  mkdirSync(FOUND, { recursive: true });
  const { output, failed } = await runProgram(name, [
    `-seed=${seed}`,
    `-runs=${Number.isFinite(runs) ? runs : -1}`,
    `-max_total_time=${Math.ceil(milliseconds / 1000)}`,
    `-timeout=${HANG}`,
    `-max_len=${LENGTH_MAX}`,
    "-len_control=0",
    "-print_final_stats=1",
    `-artifact_prefix=${FOUND}/${name}-`,
    ...(isAlone ? [] : [corpus]),
  ]);
  const [, count = 0] = output.match(/number_of_executed_units: (\d+)/) ?? [];
  const coverage = [...output.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? "?";
  const report = { name, runs: Number(count), detail: `${coverage} edges`, defects: [] };
  if (!failed) return report;
  const [, path] = output.match(/Test unit written to (\S+)/) ?? [];
  return { ...report, defects: [{ wrong: defectIn(output), path }] };
}

/**
 * Runs a harness on one input.
 *
 * @param {string} name
 * @param {Uint8Array} bytes
 * @returns {Promise<string | undefined>} what is wrong
 */
export async function replayKernel(name, bytes) {
  mkdirSync(FOLDER, { recursive: true });
  const path = `${FOLDER}/replayed-${name}`;
  writeFileSync(path, bytes);
  const { output, failed } = await runProgram(name, [path]);
  return failed ? defectIn(output) : undefined;
}

/** @param {string} name @param {string[]} words */
async function runProgram(name, words) {
  const env = { ...process.env, FUZZ_HARNESS: name };
  return run(PROGRAM, words, { env, maxBuffer: 1e9 }).then(
    ({ stderr }) => ({ output: stderr, failed: false }),
    ({ stdout, stderr }) => ({ output: `${stdout}${stderr}`, failed: true }),
  );
}

/** The line that says what is wrong. @param {string} output */
function defectIn(output) {
  const pattern = /^.*(does not hold|runtime error|ERROR: AddressSanitizer|timeout).*$/m;
  return output.match(pattern)?.[0] ?? output.slice(-300);
}
