// `npm test`: installs what the tests need on a fresh machine (packages, a C compiler, Chromium,
// Firefox, WebKitGTK, linters, PyTorch, RecBole), builds, then runs the tests. Tests whose tools
// cannot be installed are skipped by name. Arguments go to `node --test`.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { findPyTorch, installFrameworks } from "../tests/lib/frameworks.js";
import { findFuzzingCompiler } from "../tests/fuzz/kernels.js";
import { installLinters } from "./lint.js";
import { areInstalled, buildPage } from "./made.js";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

/** The results, and after them the files that took longest. */
const REPORTERS = ["spec", "./scripts/test/slowest-files.js"].flatMap((name) => [
  `--test-reporter=${name}`,
  "--test-reporter-destination=stdout",
]);

const COMPILERS = ["gcc", "clang", "cc"];
const CHROMIUM = ["chromium", "chromium-browser", "google-chrome", "chrome"];
const FIREFOX = ["firefox-esr", "firefox"];

installPackages(".");
aptInstall(["gcc", "libc6-dev"], () => COMPILERS.some(isProgram));
aptInstall(["clang-19", "lld-19", "libclang-rt-19-dev"], findFuzzingCompiler);
if (!process.env.CHROMIUM_PATH) aptInstall(["chromium"], () => CHROMIUM.some(isProgram));
if (!process.env.FIREFOX_PATH) aptInstall(["firefox-esr"], () => FIREFOX.some(isProgram));
if (!process.env.WEBKIT_DRIVER_PATH)
  aptInstall(["webkit2gtk-driver"], () => isThere("WebKitWebDriver"));
aptInstall(["xvfb"], () => isThere("Xvfb"));
aptInstall(["python3-venv"], () => succeeds("python3", ["-c", "import venv, ensurepip"]));
aptInstall(["python3-torch", "python3-numpy", "libopenblas0-pthread"], findPyTorch);
// The build takes one processor, and may ask apt for Emscripten: after the other calls of apt.
const built = begin("bash", ["build.sh", "tests"]);
for (const folder of ["web-demo", "tests/webkit"]) installPackages(folder);
skipIf(installLinters(), "clang-format and ruff");
skipIf(installFrameworks(), "the Python packages of tests/frameworks");
await built;
console.log("npm test: building the demo's page");
buildPage();

const tests = readdirSync("tests")
  .filter((name) => name.endsWith(".test.js"))
  .sort()
  .map((name) => `tests/${name}`);
const [reporter] = process.argv
  .slice(2)
  .filter((argument) => argument.startsWith("--test-reporter"));
run(process.execPath, [
  "--test",
  // Node's default is one file less than there are processors. A file waits much: for browsers, for
  // pages to be at rest.
  `--test-concurrency=${Math.max(2, availableParallelism())}`,
  ...(reporter ? [] : REPORTERS),
  ...process.argv.slice(2),
  ...tests,
]);

/** Installs the packages of a folder's package-lock.json, unless they are there. */
function installPackages(folder) {
  if (areInstalled(folder)) return;
  run("npm", ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]);
}

/** Runs a command; exits where it fails. */
function run(command, words) {
  announce(command, words);
  const { status, error } = spawnSync(command, words, { stdio: "inherit" });
  if (error) console.error(`npm test: cannot run ${command}: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** The same beside what follows; the promise is fulfilled at its end. */
async function begin(command, words) {
  announce(command, words);
  const [status] = await once(spawn(command, words, { stdio: "inherit" }), "close");
  if (status !== 0) process.exit(status ?? 1);
}

function announce(command, words) {
  console.log(`npm test: ${[command === process.execPath ? "node" : command, ...words].join(" ")}`);
}

/** Whether a command succeeds. */
function succeeds(command, words) {
  return spawnSync(command, words, { stdio: "ignore" }).status === 0;
}

/** Whether a program is on the PATH. */
function isProgram(name) {
  return succeeds(name, ["--version"]);
}

/** The same, of a program that does not tell its version. */
function isThere(name) {
  return succeeds("which", [name]);
}

/** Says that tests will be skipped, where there is a reason. */
function skipIf(reason, what) {
  if (reason) console.log(`npm test: cannot install ${what} (${reason}); their tests are skipped`);
}

/** Installs missing packages, on Debian as root only. */
function aptInstall(packages, isInstalled) {
  if (isInstalled()) return;
  const [name] = packages;
  const isDebianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (!isDebianRoot) return skipIf("only on Debian as root", name);
  console.log(`npm test: installing ${packages.join(", ")}`);
  const options = { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update"], options);
  const words = ["install", "-y", "--no-install-recommends", ...packages];
  const { status } = spawnSync("apt-get", words, options);
  skipIf(status !== 0 && "apt-get failed", name);
}
