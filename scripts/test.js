// `npm test`: all that the tests need on a fresh machine (packages, build, a C compiler, Chromium), then the tests.
// What cannot be had is skipped by name, in the tests themselves. Arguments go to `node --test`.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const COMPILERS = ["gcc", "clang", "cc"];
const BROWSERS = ["chromium", "chromium-browser", "google-chrome", "chrome"];

for (const folder of [".", "web-demo"]) {
  if (existsSync(`${folder}/node_modules/.package-lock.json`)) continue;
  run("npm", ["ci", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]);
}
aptInstall("gcc", "libc6-dev", COMPILERS);
if (!process.env.CHROMIUM_PATH) aptInstall("chromium", undefined, BROWSERS);
run("bash", ["build.sh", "tests"]);

const tests = readdirSync("tests").filter((name) => name.endsWith(".test.js")).sort().map((name) => `tests/${name}`);
const [reporter] = process.argv.slice(2).filter((argument) => argument.startsWith("--test-reporter"));
run(process.execPath, ["--test", ...(reporter ? [] : ["--test-reporter=spec"]), ...process.argv.slice(2), ...tests, "web-demo/server.test.js"]);

/** Runs a command and stops here where it fails. */
function run(command, words) {
  console.log(`npm test: ${[command === process.execPath ? "node" : command, ...words].join(" ")}`);
  const { status, error } = spawnSync(command, words, { stdio: "inherit" });
  if (error) console.error(`npm test: ${command} cannot be run: ${error.message}`);
  if (status !== 0) process.exit(status ?? 1);
}

/** On Debian as root a missing program is installed; elsewhere, and where that fails, the tests that need it say so. */
function aptInstall(name, more, programs) {
  if (programs.some((program) => spawnSync(program, ["--version"]).status === 0)) return;
  const isDebianRoot = existsSync("/etc/debian_version") && process.getuid?.() === 0;
  if (!isDebianRoot) return console.log(`npm test: none of ${programs.join(", ")} is here; what needs it will be skipped`);
  console.log(`npm test: installing ${name}`);
  const options = { stdio: "ignore", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } };
  spawnSync("apt-get", ["update"], options);
  const { status } = spawnSync("apt-get", ["install", "-y", "--no-install-recommends", name, ...(more ? [more] : [])], options);
  if (status !== 0) console.log(`npm test: ${name} cannot be installed here; what needs it will be skipped`);
}
