// The TypeScript compilers of tests/types/package.json, and programs of users compiled with them
// against the installed package.
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

const { devDependencies: TOOLS } = JSON.parse(readFileSync("tests/types/package.json", "utf8"));

/** The repository's own compiler, and those of the manifest: "5.0", "5.1", ... */
export const OWN = "own";
export const VERSIONS = Object.keys(TOOLS).flatMap(
  (name) => name.match(/^typescript-(.+)/)?.[1] ?? [],
);

const isOffline = ({ stderr = "" }) =>
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ENETUNREACH|ETIMEDOUT/.test(stderr);

/**
 * Installs tools of tests/types/package.json in a folder that is removed at the end.
 *
 * @param {(name: string) => boolean} isWanted
 * @returns {Promise<{ folder: string, skip: string | false }>} skip: why there are none
 */
export async function installTools(isWanted) {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-tools-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const wanted = Object.entries(TOOLS).filter(([name]) => isWanted(name));
  const manifest = { private: true, devDependencies: Object.fromEntries(wanted) };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  const words = ["install", "--ignore-scripts", "--prefer-offline", "--no-audit", "--no-fund"];
  try {
    await run("npm", words, { cwd: folder });
    return { folder, skip: false };
  } catch (error) {
    if (!isOffline(error)) throw error;
    return { folder, skip: "npm does not reach its registry" };
  }
}

/** Copies the types of Node to a folder's node_modules. */
export function copyNodeTypes(folder) {
  for (const name of ["@types/node", "undici-types"])
    cpSync(join("node_modules", name), join(folder, "node_modules", name), { recursive: true });
}

/** The command of a compiler. */
export const compilerOf = (version, tools) =>
  version === OWN
    ? resolve("node_modules/typescript/bin/tsc")
    : join(tools, `node_modules/typescript-${version}/bin/tsc`);

/** Strict, and with what libraries in an app's node_modules often break. */
const OPTIONS = {
  ...{ strict: true, noEmit: true, target: "es2022", module: "nodenext" },
  ...{ skipLibCheck: false, exactOptionalPropertyTypes: true },
  ...{ verbatimModuleSyntax: true, isolatedModules: true },
};

/**
 * Compiles a program: what the compiler prints, which is nothing where all is well.
 *
 * @param {string} compiler
 * @param {string} folder where the package is installed
 * @param {string[]} files in it
 * @param {object} options of the compiler
 */
export async function compile(compiler, folder, files, options) {
  const config = { compilerOptions: { ...OPTIONS, ...options }, files };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(config));
  return run(process.execPath, [compiler, "--project", "tsconfig.json"], { cwd: folder }).then(
    ({ stdout }) => stdout,
    ({ stdout, stderr }) => stdout + stderr,
  );
}
