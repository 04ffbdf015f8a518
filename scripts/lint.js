// `npm run lint`: format and rules of every file. `npm run lint -- --fix` formats and mends what it
// can. Prettier and oxlint come with `npm ci`; clang-format and ruff are installed by pip into
// scripts/lint/.venv, and are skipped by name where pip cannot install them.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { wideLines } from "./lint/wide-lines.js";

const VENV = "scripts/lint/.venv";
const REQUIREMENTS = "scripts/lint/requirements.txt";
/** A copy of the installed requirements, written last: a broken-off installation has none. */
const STAMP = `${VENV}/installed.txt`;

const C_FILES = ["*.c", "*.h"];

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {boolean} [python] whether it is one of the Python environment
 * @property {() => string[]} check the command that fails where something is wrong
 * @property {() => string[]} [fix]
 */

/** @type {Check[]} */
export const CHECKS = [
  {
    name: "prettier",
    check: () => ["node_modules/.bin/prettier", "--check", "--log-level", "warn", "."],
    fix: () => ["node_modules/.bin/prettier", "--write", "--log-level", "warn", "."],
  },
  {
    name: "oxlint",
    check: () => ["node_modules/.bin/oxlint", "--quiet"],
    fix: () => ["node_modules/.bin/oxlint", "--quiet", "--fix"],
  },
  {
    name: "clang-format",
    python: true,
    check: () => [`${VENV}/bin/clang-format`, "--dry-run", "-Werror", ...tracked(C_FILES)],
    fix: () => [`${VENV}/bin/clang-format`, "-i", ...tracked(C_FILES)],
  },
  {
    name: "ruff format",
    python: true,
    check: () => [`${VENV}/bin/ruff`, "format", "--check", "--quiet", "."],
    fix: () => [`${VENV}/bin/ruff`, "format", "--quiet", "."],
  },
  {
    name: "ruff check",
    python: true,
    check: () => [`${VENV}/bin/ruff`, "check", "--quiet", "."],
    fix: () => [`${VENV}/bin/ruff`, "check", "--quiet", "--fix", "."],
  },
];

/**
 * Installs clang-format and ruff, unless they are installed already.
 * @returns {string | undefined} why not, where they cannot be installed
 */
export function installLinters() {
  const requirements = readFileSync(REQUIREMENTS, "utf8");
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === requirements) return undefined;
  rmSync(VENV, { recursive: true, force: true });
  const pip = ["-m", "pip", "install", "--quiet", "--only-binary", ":all:", "--no-input"];
  const steps = [
    ["python3", "-m", "venv", VENV],
    [`${VENV}/bin/python`, ...pip, "--disable-pip-version-check", "--requirement", REQUIREMENTS],
  ];
  for (const [command, ...words] of steps) {
    const { status, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
    if (status !== 0) return error?.message ?? stderr.trim().split("\n").at(-1);
  }
  writeFileSync(STAMP, requirements);
  return undefined;
}

/**
 * Runs one check.
 * @param {Check} check
 * @param {{ fix?: boolean }} [options]
 * @returns {string | undefined} what is wrong
 */
export function runCheck({ check, fix }, { fix: mend = false } = {}) {
  const [command, ...words] = mend && fix ? fix() : check();
  const { status, stdout, stderr, error } = spawnSync(command, words, { encoding: "utf8" });
  if (status === 0) return undefined;
  return error?.message ?? `${stdout}${stderr}`.trim();
}

/**
 * Files that git tracks.
 * @param {string[]} patterns
 */
export function tracked(patterns) {
  const { status, stdout, stderr, error } = spawnSync("git", ["ls-files", "-z", ...patterns], {
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`git lists no files: ${error?.message ?? stderr.trim()}`);
  return stdout.split("\0").filter((file) => file && existsSync(file));
}

function main() {
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  const fix = process.argv.includes("--fix");
  const missing = installLinters();
  if (missing) console.log(`skipped clang-format and ruff: pip cannot install them (${missing})`);
  let failed = 0;
  for (const check of CHECKS.filter(({ python }) => !python || !missing)) {
    const wrong = runCheck(check, { fix });
    console.log(`${wrong === undefined ? "ok    " : "FAILED"} ${check.name}`);
    if (wrong !== undefined) console.log(wrong);
    failed += Number(wrong !== undefined);
  }
  const wide = wideLines(tracked(["*"]));
  console.log(`${wide.length ? "FAILED" : "ok    "} no line over 100 columns`);
  for (const line of wide) console.log(line);
  process.exitCode = failed || wide.length ? 1 : 0;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) main();
