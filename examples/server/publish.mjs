// `npm run build` makes a publication: weights, manifest, lists of candidates and the page as plain
// files of the folder `published/`. The server sends them as they are; so could a bucket or a CDN.
import { createHash } from "node:crypto";
import { readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { loadModel } from "pocketrec";
import { packMaker } from "pocketrec/packs";

import { candidateLists } from "./server/lists.mjs";
import { writeJson, writeWhole } from "./server/write.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const PACKAGE = `${HERE}node_modules/pocketrec`;
const KEPT_VERSIONS = 3; // pages that are open go on with the weights that they loaded

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const weights = process.argv[2] ?? `${PACKAGE}/examples/first/books.safetensors`;
  const catalogue = JSON.parse(await readFile(`${HERE}catalogue.json`, "utf8"));
  await publishPage({ to: `${HERE}published` });
  const { version, lists } = await publish({
    ...{ name: "books", weights, catalogue, to: `${HERE}published` },
  });
  console.log(`published version ${version} with ${lists.length} lists: ${lists.join(", ")}`);
}

/**
 * Publishes weights and the lists of a catalogue. What pages look for first is written last, so
 * that no page ever finds a manifest whose files are missing.
 *
 * @param {{ name: string, weights: string, catalogue: import("./server/lists.mjs").Entry[],
 *   to: string }} publication weights: the path of a weights file; to: the folder
 * @returns {Promise<{ version: string, lists: string[] }>}
 */
export async function publish({ name, weights, catalogue, to }) {
  const bytes = await readFile(weights);
  (await loadModel(bytes)).dispose(); // refuses a file that does not compute its check vectors
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const version = sha256.slice(0, 12);
  const versions = await versionsWith(version, to);
  await writeWhole(`${to}/models/${name}.${version}.safetensors`, bytes);

  const lists = candidateLists(catalogue);
  for (const kept of versions) await writeLists(lists, { name, version: kept, to });
  const url = `${name}.${version}.safetensors`;
  const entry = { url, version, bytes: bytes.length, sha256 };
  await writeJson(`${to}/models/manifest.json`, { format: 1, weights: { [name]: entry } });
  await writeJson(`${to}/publication.json`, { versions, time: new Date().toISOString() });
  await removeOld(versions, to);
  return { version, lists: [...lists.keys()] };
}

/** The page and the package's browser files. A bundler would name them after their content. */
export async function publishPage({ to }) {
  for (const file of await readdir(`${HERE}page`))
    await writeWhole(`${to}/${file}`, await readFile(`${HERE}page/${file}`));
  for (const file of await readdir(`${PACKAGE}/dist`))
    if (/^[\w-]+\.js$/.test(file))
      await writeWhole(`${to}/pocketrec/${file}`, await readFile(`${PACKAGE}/dist/${file}`));
}

/**
 * The lists for one version of the weights: ids alone, and packs, whose rows mean something to this
 * version only. A list has the items that this version knows.
 */
async function writeLists(lists, { name, version, to }) {
  const maker = packMaker(await readFile(`${to}/models/${name}.${version}.safetensors`));
  for (const [list, ids] of lists) {
    const items = ids.filter((id) => maker.has(id));
    if (!items.length) throw new Error(`list ${list}: version ${version} knows none of its items`);
    await writeJson(`${to}/lists/${version}/${list}.json`, { list, items });
    await writeWhole(`${to}/lists/${version}/${list}.pack`, maker.pack(items));
  }
  await writeJson(`${to}/lists/${version}/lists.json`, { lists: [...lists.keys()] });
}

/** This version first, then those that were published before it. */
async function versionsWith(version, to) {
  const text = await readFile(`${to}/publication.json`, "utf8").catch((error) => {
    if (error.code === "ENOENT") return '{ "versions": [] }';
    throw error;
  });
  const earlier = JSON.parse(text).versions.filter((one) => one !== version);
  return [version, ...earlier].slice(0, KEPT_VERSIONS);
}

async function removeOld(versions, to) {
  const isKept = (file) => versions.some((version) => file.includes(version));
  for (const folder of ["models", "lists"])
    for (const file of await readdir(`${to}/${folder}`))
      if (!isKept(file) && !file.startsWith("manifest.json"))
        await rm(join(to, folder, file), { recursive: true });
}
