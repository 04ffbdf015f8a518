// `npm start`: all that a fresh machine needs (packages, build), then the demo. What is there
// already is not made again.
const OLDEST_NODE = 20;

const SOURCES = ["src", "wasm", "js", "build.sh"];
const BUILT = ["dist/index.js", "dist/index.node.js", "dist/history.js", "dist/cache.js"];

main().catch((error) => {
  console.error(`\nnpm start: ${error.message}`);
  process.exit(1);
});

// What an old Node cannot load is imported only after it has been told so.
async function main() {
  if (Number(process.versions.node.split(".")[0]) < OLDEST_NODE) {
    throw new Error(
      `Node ${OLDEST_NODE} or later is needed, and this is ${process.version}: see https://nodejs.org`,
    );
  }
  const { fileURLToPath } = await import("node:url");
  process.chdir(fileURLToPath(new URL("..", import.meta.url)));
  const { USAGE, readOptions } = await import("../web-demo/options.js");
  const options = readOptions(process.argv.slice(2));
  if (options.help) return console.log(USAGE);

  const fs = await import("node:fs");
  await install(fs, ".", ["esbuild", "typescript"]);
  await install(fs, "web-demo", ["lit-html", "sirv"]);
  await build(fs);
  const { run } = await import("../web-demo/run.js");
  await run(options);
}

async function install({ existsSync }, folder, packages) {
  const missing = packages.filter(
    (name) => !existsSync(`${folder}/node_modules/${name}/package.json`),
  );
  if (missing.length === 0) return;
  const where = folder === "." ? "the build" : folder;
  const [command, words] = npm(
    "ci",
    "--prefix",
    folder,
    "--ignore-scripts",
    "--no-audit",
    "--no-fund",
  );
  await step(`Installing the packages of ${where} (npm ci)`, command, words);
}

async function build(fs) {
  const missing = BUILT.find((file) => !fs.existsSync(file));
  if (
    !missing &&
    newest(fs, SOURCES) <= Math.min(...BUILT.map((file) => fs.statSync(file).mtimeMs))
  )
    return;
  const why = missing ? `${missing} is missing` : "the sources are newer than dist/";
  console.log(
    `The package has to be built: ${why}. That takes up to a minute, and longer where Emscripten is missing.`,
  );
  await step("Building", "bash", ["build.sh"]);
}

// The latest change of any of these files, or of a file in one of these folders.
function newest(fs, paths) {
  return Math.max(
    ...paths.flatMap((path) => {
      const stats = fs.statSync(path);
      return stats.isDirectory()
        ? [
            newest(
              fs,
              fs.readdirSync(path).map((name) => `${path}/${name}`),
            ),
          ]
        : [stats.mtimeMs];
    }),
  );
}

// The npm that runs this script, wherever it is; by name where the script was started without one.
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
      else
        reject(
          new Error(
            `${command} ${words.join(" ")} ended with ${signal || `status ${status}`}; its own words are above`,
          ),
        );
    });
  });
  console.log(`Done in ${Math.round((Date.now() - started) / 1000)} s.\n`);
}
