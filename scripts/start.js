// `npm start`: installs packages and builds where needed, then runs the demo.
const NODE_MIN = 20;

const SOURCES = ["src", "wasm", "js", "build.sh"];
const BUILT = ["dist/index.js", "dist/index.node.js", "dist/history.js", "dist/cache.js"];

main().catch((error) => {
  console.error(`\nnpm start: ${error.message}`);
  process.exit(1);
});

// Imports come after the check of the version: an old Node cannot load them.
async function main() {
  if (Number(process.versions.node.split(".")[0]) < NODE_MIN) {
    throw new Error(
      `Node ${NODE_MIN} or later is needed; this is ${process.version}. See https://nodejs.org`,
    );
  }
  const { fileURLToPath } = await import("node:url");
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  const { USAGE, readOptions } = await import("../web-demo/options.js");
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);

  const made = await import("./made.js");
  for (const folder of [".", "web-demo"]) if (!made.areInstalled(folder)) await install(folder);
  await build(made);
  const why = made.reasonToBuildPage();
  if (why) {
    console.log(`Building the page (${why}) ...\n`);
    made.buildPage();
  }
  const { run } = await import("../web-demo/run.js");
  await run(options);
}

async function install(folder) {
  const purpose = folder === "." ? "the build" : folder;
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund"];
  const [command, words] = npm("ci", "--prefix", folder, ...flags);
  await step(`Installing the packages of ${purpose} (npm ci)`, command, words);
}

async function build({ newest }) {
  const { existsSync } = await import("node:fs");
  const missing = BUILT.find((file) => !existsSync(file));
  if (!missing && newest(SOURCES) <= Math.min(...BUILT.map((file) => newest([file])))) return;
  const why = missing ? `${missing} is missing` : "the sources are newer than dist/";
  console.log(`Building takes up to a minute, more if clang must be installed (${why}).`);
  await step("Building", "bash", ["build.sh"]);
}

// The npm that runs this script, or the npm on the PATH.
function npm(...words) {
  const path = process.env.npm_execpath;
  return path ? [process.execPath, [path, ...words]] : ["npm", words];
}

async function step(title, command, words) {
  const { spawn } = await import("node:child_process");
  console.log(`${title} ...`);
  const started = Date.now();
  await new Promise((resolve, reject) => {
    const child = spawn(command, words, { stdio: "inherit" });
    child.on("error", (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.on("exit", (status, signal) => {
      if (status === 0) resolve();
      else {
        const end = signal || `status ${status}`;
        reject(new Error(`${command} ${words.join(" ")} failed with ${end}; see its output above`));
      }
    });
  });
  console.log(`Done in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}
