// The frameworks that models are trained in, in a Python environment that `npm test` makes. PyTorch
// comes from the system (Debian's has no CUDA, which is half a gigabyte); the rest comes from pip.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

const FOLDER = fileURLToPath(new URL("../frameworks/", import.meta.url));
const ENVIRONMENT = join(FOLDER, ".venv");
const REQUIREMENTS = join(FOLDER, "requirements.txt");

/** A copy of the installed requirements, written last: a broken-off installation has none. */
const STAMP = join(ENVIRONMENT, "installed.txt");

/** Every python3 on the PATH: a version manager's comes first, and may lack PyTorch. */
const systemPythons = () =>
  (process.env.PATH ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "python3"))
    .filter((python) => existsSync(python));

/** Whether statements run without an error. Importing PyTorch takes seconds: each is tried once. */
const runs = (statements) => (python) => {
  const key = `${python} ${statements}`;
  if (!tried.has(key))
    tried.set(key, spawnSync(python, ["-c", statements], { stdio: "ignore" }).status === 0);
  return tried.get(key);
};

/** @type {Map<string, boolean>} */
const tried = new Map();

/** A Python of the system with PyTorch and venv, or undefined. */
export const findPyTorch = () => systemPythons().find(runs("import torch, numpy, ensurepip"));

/**
 * Makes the environment, unless it exists.
 * @returns {string | undefined} why it cannot be made
 */
export function installFrameworks() {
  const requirements = readFileSync(REQUIREMENTS, "utf8");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === requirements) return undefined;
  const python = findPyTorch();
  if (!python) return "no python3 has torch, numpy and venv";
  rmSync(ENVIRONMENT, { recursive: true, force: true });
  const pip = [
    "-m",
    "pip",
    "install",
    "--quiet",
    "--no-deps",
    "--only-binary",
    ":all:",
    "--disable-pip-version-check",
    "--no-input",
  ];
  const steps = [
    [python, ["-m", "venv", "--system-site-packages", ENVIRONMENT]],
    [join(ENVIRONMENT, "bin/python"), [...pip, "--requirement", REQUIREMENTS]],
  ];
  for (const [command, words] of steps) {
    const { status, stderr, error } = spawnSync(command, words, {
      encoding: "utf8",
      timeout: 240_000,
    });
    if (status !== 0) return error?.message ?? stderr.trim().split("\n").at(-1);
  }
  writeFileSync(STAMP, requirements);
  return undefined;
}

/**
 * Finds a Python for tests: the environment's, or else the system's.
 *
 * @param {string} needs the packages, in words
 * @param {string} statements that fail without them
 * @returns {{ skip: string | false, python: string | undefined }}
 */
export function pythonWith(needs, statements) {
  const python = [join(ENVIRONMENT, "bin/python"), ...systemPythons()]
    .filter((python) => existsSync(python))
    .find(runs(statements));
  return {
    skip: python ? false : `no python3 has ${needs}: npm test installs it where it can`,
    python,
  };
}

/**
 * A framework, for tests that train with it.
 *
 * @param {string} script of tests/frameworks
 * @param {string} needs as for `pythonWith`
 * @param {string} statements
 * @returns {{ skip: string | false, train: () => { folder: string, models: any[] } }} train: runs
 *   the script; the caller removes the folder. models: records of tests/frameworks/records.py
 */
export function framework(script, needs, statements) {
  const { skip, python } = pythonWith(needs, statements);
  return { skip, train: (...words) => train(python, script, words) };
}

/**
 * The models of a framework that tests do not install, kept in tests/fixtures, as `framework` gives
 * them.
 *
 * @param {string} name
 */
export function trainedBefore(name) {
  const fixtures = join(FOLDER, "../fixtures", name);
  return {
    skip: false,
    train: () => {
      const folder = newFolder();
      cpSync(fixtures, folder, { recursive: true });
      return { folder, models: recordsOf(folder) };
    },
  };
}

/** With busy cores, several threads of such small models are ten times slower than one. */
const ONE_THREAD = { OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1" };

const newFolder = () => mkdtempSync(join(tmpdir(), "pocketrec-frameworks-"));

function train(python, script, words) {
  const folder = newFolder();
  const command = ["-B", join(FOLDER, script), folder, ...words.map(String)];
  const { status, stderr } = spawnSync(python, command, {
    encoding: "utf8",
    env: { ...process.env, ...ONE_THREAD },
  });
  if (status !== 0) throw new Error(`${script}: ${stderr}`);
  return { folder, models: recordsOf(folder) };
}

const recordsOf = (folder) =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")));
