// The files that hold the version of the packages.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { withRelease } from "./changelog.js";

const CHANGELOG = "CHANGELOG.md";
const TEXT = /\.(md|json|js|ts|toml|ya?ml|sh|html)$/;

/** Its versions are those of an invented repository. */
const OWN_TEST = "tests/36-release.test.js";

/**
 * The files to write for a version, by path: the manifests and their lock, the changelog, apps that
 * depend on the packages (examples/, tests/targets/), and what names a tarball or an address of a
 * CDN.
 *
 * @param {string} root
 * @param {string[]} tracked the files that git tracks
 * @param {{ current: string, next: string, date: string }} release
 * @returns {Map<string, string>} their new texts
 */
export function bumped(root, tracked, { current, next, date }) {
  const texts = new Map();
  for (const path of tracked) {
    if (!TEXT.test(path) || path === OWN_TEST) continue;
    const text = readFileSync(join(root, path), "utf8");
    const changed = changedText(path, text, { current, next, date });
    if (changed !== text) texts.set(path, changed);
  }
  return texts;
}

function changedText(path, text, { current, next, date }) {
  if (path === CHANGELOG) return withRelease(text, next, date);
  if (path === "package-lock.json") return inLock(text, next);
  if (!/(^|\/)package\.json$/.test(path))
    return text.replaceAll(named(current), (_, name, end) => `${name}${next}${end}`);
  const ownVersion = new RegExp(`("version": ")${escaped(current)}"`);
  const isOurs = path === "package.json" || path === "cli/package.json";
  const manifest = isOurs ? text.replace(ownVersion, `$1${next}"`) : text;
  return manifest.replaceAll(dependency(current), (_, start) => `${start}${next}"`);
}

/** npm writes the lock as JSON.stringify does. */
function inLock(text, next) {
  const lock = JSON.parse(text);
  lock.version = next;
  for (const name of ["", "cli"]) if (lock.packages[name]) lock.packages[name].version = next;
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** @param {Map<string, string>} texts */
export function write(root, texts) {
  for (const [path, text] of texts) writeFileSync(join(root, path), text);
}

/**
 * Lines that still name the packages in the old version, once the new texts are written.
 *
 * @param {string} root
 * @param {string[]} tracked
 * @param {string} current
 */
export function leftOver(root, tracked, current) {
  const name = new RegExp(`pocketrec(-cli)?["'\`:@^~\\s-]+v?${escaped(current)}(?![\\d.]*\\d)`);
  return tracked
    .filter((path) => TEXT.test(path) && path !== CHANGELOG && path !== OWN_TEST)
    .flatMap((path) =>
      readFileSync(join(root, path), "utf8")
        .split("\n")
        .flatMap((line, i) => (name.test(line) ? [`${path}:${i + 1}: ${line.trim()}`] : [])),
    );
}

const escaped = (version) => version.replaceAll(".", "\\.");
/** Tarballs, and addresses of a CDN. */
const named = (version) =>
  new RegExp(`(pocketrec(?:-cli)?[-@])${escaped(version)}(\\.tgz|(?![\\d.]*\\d))`, "g");
const dependency = (version) =>
  new RegExp(`("pocketrec(?:-cli)?": "[\\^~]?)${escaped(version)}"`, "g");
