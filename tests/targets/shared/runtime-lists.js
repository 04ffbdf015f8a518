// The app of every runtime with files: the lists of shared/lists.js, computed in each way that the
// package has, printed as JSON.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { allLists } from "./lists.js";
import { HISTORY } from "./setting.js";

const simd = "simd128";

/**
 * Prints `{ thread, worker, workers, history, cached }`: lines of lists; `workers`: how many
 * threads were started.
 *
 * @param {any} package_ all that pocketrec, pocketrec/worker, /history and /cache export
 * @param {string[]} words the folder of the demo's weights, and the address of a server of it
 */
export async function printLists(package_, [folder, address]) {
  const { createWorker, loadModel } = package_;
  const thread = await allLists(package_, (name) =>
    loadModel(join(folder, `${name}.safetensors`), { simd }),
  );

  let workers = 0;
  process.on("worker", () => workers++);
  const pool = createWorker();
  const worker = await allLists(package_, (name) =>
    pool.loadModel(`${address}/${name}.safetensors`, { simd }),
  );
  pool.terminate();

  const history = await storedHistory(package_);
  const cached = await fromCache(package_, address);
  console.log(JSON.stringify({ thread, worker, workers, history, cached }));
}

/** The items of a history after it was closed and opened again, and how it is stored. */
async function storedHistory({ openHistory }) {
  const folder = await mkdtemp(join(tmpdir(), "pocketrec-runtime-"));
  try {
    const first = await openHistory("books", { folder });
    await first.add(HISTORY);
    await first.close();
    const again = await openHistory("books", { folder });
    const found = { storage: again.storage, items: again.list().map(({ item }) => item) };
    await again.close();
    return found;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The lists of weights that pocketrec/cache fetched and verified. */
async function fromCache({ fetchWeights, loadModel, ...rest }, address) {
  const load = async (name) => {
    const { bytes } = await fetchWeights(`${address}/manifest.json`, name);
    return loadModel(bytes, { simd });
  };
  return allLists(rest, load, ["gmf"]);
}
