// Compiled by tests/30-types.test.js against the installed package; it is not run.
import { loadModel } from "pocketrec";
import { createWorker } from "pocketrec/worker";

using model = await loadModel("model.safetensors");
const count: number = model.itemCount;
console.log(count, model.scoresAreInnerProducts);

const worker = createWorker();
await using remote = await worker.loadModel("model.safetensors");
console.log(remote.kind);
