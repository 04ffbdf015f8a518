// The licences of bundled libraries. A library whose licence is unknown, is not permissive, or has
// no text, cannot be bundled: the build fails.
import { createHash } from "node:crypto";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";

import satisfies from "spdx-satisfies";

/** Licences that ask for nothing but their own text beside the code. */
const PERMISSIVE = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "Zlib"];

/**
 * Libraries whose package.json names no licence by its SPDX name, and whose text was read: NIST's
 * terms for h5wasm and BSD-3-Clause for HDF5. `also` is for what their compiled code contains.
 *
 * @type {Record<string, { sha256: string, also: string }>}
 */
const READ = {
  h5wasm: {
    sha256: "e3faaec44e93a4352e5b8791a2770fb4636b7359f90b8a9c35b01928324ee65f",
    also: "licences/h5wasm.txt",
  },
};

const LINE = `\n${"-".repeat(72)}\n\n`;

/**
 * The licences of the libraries in a bundle: name, version, licence and text of each.
 *
 * @param {Iterable<string>} inputs the files that were bundled
 * @throws {Error} for libraries that cannot be bundled
 */
export function licences(inputs) {
  const found = librariesOf(inputs).map(licenceOf);
  const refused = found.flatMap(({ refused }) => refused ?? []);
  if (refused.length) throw new Error(`cannot be bundled:\n${refused.join("\n")}`);
  return found.map(({ text }) => text).join(LINE);
}

/** The folders of the libraries that files are from, also of those that libraries depend on. */
function librariesOf(inputs) {
  const folders = new Set();
  // The last node_modules of a path: a library may have libraries of its own.
  for (const path of inputs) {
    const [folder] = path.match(/^.*[\\/]?node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/) ?? [];
    if (folder) folders.add(folder.replace(/^\0/, ""));
  }
  return [...folders].sort();
}

/** @param {string} folder */
function licenceOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file));
  const texts = files.sort().map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
  const text = texts.join("\n\n");
  const title = `${name} ${version} (${license})`;
  const read = READ[name];
  if (read) {
    const also = readFileSync(fileURLToPath(new URL(read.also, import.meta.url)), "utf8").trim();
    if (sha256(text) === read.sha256) return { text: `${title}\n\n${text}\n\n${also}\n` };
    return { refused: `${title}: its text is another than the one that was read` };
  }
  if (!isPermissive(license))
    return { refused: `${title}: its licence is none of ${PERMISSIVE.join(", ")}` };
  if (!text) return { refused: `${title}: it has no file with its licence's text` };
  return { text: `${title}\n\n${text}\n` };
}

/** @param {unknown} license an SPDX expression, such as "(MIT OR Apache-2.0)" */
function isPermissive(license) {
  try {
    return satisfies(String(license), PERMISSIVE);
  } catch {
    return false; // no SPDX expression
  }
}

/** @param {string} text */
function sha256(text) {
  return createHash("sha256").update(text).digest("hex");
}
