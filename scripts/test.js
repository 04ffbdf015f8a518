// `npm test`: all that the tests need on a fresh machine (packages, build, a C compiler, Chromium,
// PyTorch, RecBole), then the tests. What cannot be had is skipped by name, in the tests
// themselves. Arguments go to `node --test`.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import { findPyTorch, installFrameworks } from "../tests/lib/frameworks.js";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const COMPILERS = ["gcc", "clang", "cc"];
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"];

for (const folder of [".", "web-demo"]) {
  if (existsSync(`${folder}/node_modules/.package-lock.json`)) continue;
  run("npm", ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]);
}
aptInstall(["gcc", "libc6-dev"], () => COMPILERS.some(isProgram));
if (!process.env.CHROMIUM_PATH) aptInstall(["chromium"], () => BROWSERS.some(isProgram));
aptInstall(["python3-torch", "python3-numpy", "python3-venv", "libopenblas0-pthread"], findPyTorch);
const missing = installFrameworks();
if (missing)
  console.log(
    `npm test: the Python packages of tests/frameworks cannot be installed here (${missing}); what needs them will be skipped`,
  );
run("bash", ["build.sh", "tests"]);

const tests = readdirSync("tests")
  .filter((name) => name.endsWith(".test.js"))
  .sort()
  .map((name) => `tests/${name}`);
const [reporter] = process.argv
  .slice(2)
  .filter((argument) => argument.startsWith("--test-reporter"));
run(process.execPath, [
  "--test",
  ...(reporter ? [] : ["--test-reporter=spec"]),
  ...process.argv.slice(2),
  ...tests,
  "web-demo/server.test.js",
]);

/** Runs a command and stops here where it fails. */
function run(command, words) {
  console.log(`npm test: ${[command === process.execPath ? "node" : command, ...words].join(" ")}`);
  const { status, error } = spawnSync(command, words, { stdio: "inherit" });
  if (error) console.error(`npm test: ${command} cannot be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** Whether a program is on the PATH. */
function isProgram(name) {
  return spawnSync(name, ["--version"]).status === 0;
}

/**
 * On Debian as root what is missing is installed; elsewhere, and where that fails, the tests that
 * need it say so.
 */
function aptInstall(packages, isHere) {
  if (isHere()) return;
  const isDebianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  const [name] = packages;
  if (!isDebianRoot)
    return console.log(`npm test: ${name} is not here; what needs it will be skipped`);
  console.log(`npm test: installing ${packages.join(", ")}`);
  const options = { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update"], options);
  const { status } = spawnSync(
    "apt-get",
    ["install", "-y", "--no-install-recommends", ...packages],
    options,
  );
  if (status !== 0)
    console.log(`npm test: ${name} cannot be installed here; what needs it will be skipped`);
}
