// The harnesses of tests/fuzz/native: one program with AddressSanitizer, UndefinedBehaviorSanitizer
// and libFuzzer, built where a source is newer.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const FOLDER = "build/fuzz";
const PROGRAM = `${FOLDER}/kernels`;
const SANITIZERS = "address,undefined,float-cast-overflow";
const FLAGS = [
  ...["-std=c11", "-O2", "-g1", "-Wall", "-Wextra", "-Werror"],
  ...["-Wno-unused-function", "-Wno-unused-const-variable", "-ffp-contract=off"],
  ...[`-fsanitize=fuzzer-no-link,${SANITIZERS}`, "-fno-sanitize-recover=all"],
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

/** A clang that has libFuzzer, or undefined. */
export const fuzzingCompiler = COMPILERS.find((name) => {
  const words = ["-fsanitize=fuzzer,address", "-x", "c", "-", "-o", "/dev/null"];
  const input = "int LLVMFuzzerTestOneInput(const char *a, unsigned long b) { return a && b; }";
  return spawnSync(name, words, { input }).status === 0;
});

const changedAt = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Builds the program, unless it is newer than all sources. */
export async function buildKernels() {
  mkdirSync(FOLDER, { recursive: true });
  const newestHeader = Math.max(...HEADERS.map(changedAt));
  const objectOf = (path) => `${FOLDER}/${basename(path, ".c")}.o`;
  const stale = SOURCES.filter(
    (path) => changedAt(objectOf(path)) < Math.max(changedAt(path), newestHeader),
  );
  const compiler = /** @type {string} */ (fuzzingCompiler);
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
 * Runs a harness.
 *
 * @param {string} name
 * @param {{ seed: number, milliseconds: number, runs: number }} limits
 * @returns {Promise<import("./run-reader.js").Report>}
 */
export async function runKernel(name, { seed, milliseconds, runs }) {
  const corpus = `${FOLDER}/corpus/${name}`;
  mkdirSync(corpus, { recursive: true });
  mkdirSync(`${FOLDER}/found`, { recursive: true });
  const words = [
    `-seed=${seed}`,
    `-runs=${Number.isFinite(runs) ? runs : -1}`,
    `-max_total_time=${Math.ceil(milliseconds / 1000)}`,
    `-timeout=${HANG}`,
    "-max_len=160",
    "-len_control=0",
    "-print_final_stats=1",
    `-artifact_prefix=${FOLDER}/found/${name}-`,
    corpus,
  ];
  const env = { ...process.env, FUZZ_HARNESS: name };
  const { stderr, failed } = await run(PROGRAM, words, { env, maxBuffer: 1e9 }).then(
    (result) => ({ stderr: result.stderr, failed: false }),
    (error) => ({ stderr: `${error.stdout}${error.stderr}`, failed: true }),
  );
  const [, count = 0] = stderr.match(/number_of_executed_units: (\d+)/) ?? [];
  const coverage = [...stderr.matchAll(/cov: (\d+)/g)].at(-1)?.[1] ?? "?";
  const report = { name, runs: Number(count), detail: `${coverage} edges`, defects: [] };
  if (!failed) return report;
  const pattern = /^.*(does not hold|runtime error|ERROR: AddressSanitizer|timeout).*$/m;
  const [wrong = stderr.slice(-300)] = stderr.match(pattern) ?? [];
  const [, path] = stderr.match(/Test unit written to (\S+)/) ?? [];
  return { ...report, defects: [{ wrong, path }] };
}
