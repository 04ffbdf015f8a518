// What the tarballs of the packages hold, and how large they may be.
import { spawnSync } from "node:child_process";

/**
 * @typedef {object} Package
 * @property {string} name
 * @property {string} folder
 * @property {number} packed the most bytes of its tarball
 * @property {number} unpacked the most bytes of its files
 * @property {(string | RegExp)[]} files every file matches one of these, and each matches a file
 */

/** @type {Package[]} in the order in which they are published */
export const PACKAGES = [
  {
    name: "pocketrec",
    folder: ".",
    packed: 350_000,
    unpacked: 1_000_000,
    files: [
      "LICENSE",
      "README.md",
      "package.json",
      /^dist\/(cache|engine|hnsw|index|packs|privacy)\.js$/,
      /^dist\/(history|worker|worker-thread)\.js$/,
      /^dist\/(history|index|worker|worker-thread)\.node\.js$/,
      "dist/index.workerd.js",
      /^dist\/chunk-[a-z]+\.js$/,
      "dist/modules.js",
      "dist/thread-text.js",
      /^dist\/pocketrec(\.relaxed)?\.wasm$/,
      "dist/LICENSES.txt",
      /^dist\/types\/.+\.d\.ts$/,
      /^docs\/[\w-]+\.(md|svg)$/,
      /^examples\/first\/(README\.md|books\.safetensors|first\.(html|mjs))$/,
      "js/bin.js",
    ],
  },
  {
    name: "pocketrec-cli",
    folder: "cli",
    packed: 1_450_000,
    unpacked: 6_600_000,
    files: [
      "LICENSE",
      "README.md",
      "package.json",
      "dist/main.js",
      "dist/hdf5-worker.js",
      /^dist\/[\w-]+-[A-Z0-9]{8}\.js$/,
      "dist/LICENSES.txt",
    ],
  },
];

/**
 * What `npm publish --dry-run` would send. It needs no network: the registry is not asked.
 *
 * @param {string} root
 * @param {Package} one
 * @returns {{ version: string, size: number, unpackedSize: number, warnings: string[],
 *   files: { path: string, size: number }[] }}
 * @throws {Error} with what npm printed
 */
export function dryRun(root, { folder }) {
  // --ignore-scripts: what is built is measured, and not built anew.
  const options = ["--dry-run", "--json", "--ignore-scripts", "--offline"];
  const words = ["publish", `./${folder}`, ...options];
  const { status, stdout, stderr, error } = spawnSync("npm", words, {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`npm publish --dry-run: ${error?.message ?? stderr.trim()}`);
  const report = JSON.parse(stdout);
  // npm 11 has the packages of a workspace by name.
  const { version, size, unpackedSize, files } = report.files ? report : Object.values(report)[0];
  const warnings = stderr.split("\n").filter((line) => /^npm warn publish .*correct/.test(line));
  return { version, size, unpackedSize, files, warnings };
}

/**
 * What differs from what is expected of a package.
 *
 * @param {Package} one
 * @param {ReturnType<typeof dryRun>} found
 * @returns {string[]} a line each
 */
export function differences(one, { size, unpackedSize, files, warnings }) {
  const matches = (path) => (expected) =>
    typeof expected === "string" ? expected === path : expected.test(path);
  const paths = files.map(({ path }) => path);
  return [
    ...paths
      .filter((path) => !one.files.some(matches(path)))
      .map((path) => `${path} is not expected`),
    ...one.files
      .filter((expected) => !paths.some((path) => matches(path)(expected)))
      .map((expected) => `${expected} is missing`),
    ...over("its tarball", size, one.packed),
    ...over("its files", unpackedSize, one.unpacked),
    ...warnings,
  ].map((line) => `${one.name}: ${line}`);
}

const over = (what, bytes, limit) =>
  bytes > limit ? [`${what} of ${bytes} bytes, expected at most ${limit}`] : [];
