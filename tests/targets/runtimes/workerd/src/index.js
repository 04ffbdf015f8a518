// GET /?weights=ADDRESS: the lists of shared/lists.js, and what the other entries do here.
import * as pocketrec from "pocketrec";
import { fetchWeights } from "pocketrec/cache";
import { openHistory } from "pocketrec/history";
import { createWorker } from "pocketrec/worker";

import { allLists } from "../shared/lists.js";

const simd = "simd128";

export default {
  async fetch(request) {
    const address = new URL(request.url).searchParams.get("weights");
    if (!address) return new Response("lists: /?weights=ADDRESS");
    const { loadModel } = pocketrec;
    const load = (name) => loadModel(`${address}/${name}.safetensors`, { simd });
    const loadCached = async (name) => {
      const { bytes } = await fetchWeights(`${address}/manifest.json`, name);
      return loadModel(bytes, { simd });
    };
    return Response.json({
      thread: await allLists(pocketrec, load),
      cached: await allLists(pocketrec, loadCached, ["gmf"]),
      history: await stored(),
      worker: await codeOf(() => createWorker().loadModel(`${address}/gmf.safetensors`)),
    });
  },
};

async function stored() {
  const history = await openHistory("books");
  await history.add(["The Ninth Moon", "Cold Ink"]);
  const items = history.list().map(({ item }) => item);
  return { storage: history.storage, items, warning: history.warning?.code };
}

const codeOf = (call) => call().then(String, ({ code, message }) => ({ code, message }));
