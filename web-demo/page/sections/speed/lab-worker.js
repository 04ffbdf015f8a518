/**
 * The measurements, off the page's thread. The package runs here itself, without a worker of its
 * own: both contestants are called in the same way, by the same code.
 */
import { loadModel } from "pocketrec";
import { insidesOf } from "../../models/read-insides.js";
import { inputOf } from "./input.js";
import { candidateRows, interleave, largestDifference, median } from "./measure.js";
import { multiplications, plainScorer } from "./plain.js";

const ROUNDS = 7;
const BATCH = 12; // ms

let lab;

addEventListener("message", async ({ data: { open, size } }) => {
  try {
    if (open) postMessage(await start(open));
    else postMessage(measure(size));
  } catch (error) {
    postMessage({ error: error.message });
  }
});

async function start({ bytes, history }) {
  const model = await loadModel(bytes);
  const user = model.user(inputOf(model.info, history));
  const { info, tensors } = insidesOf(bytes);
  lab = { model, user, plain: plainScorer(info, tensors, user.vector) };
  return { simd: model.simd, items: model.itemCount, work: multiplications(info, tensors) };
}

function measure(size) {
  const { model, user, plain } = lab;
  const rows = candidateRows(size, model.itemCount);
  const tasks = [() => model.score(user, rows), () => plain(rows)];
  const times = interleave(tasks, { rounds: ROUNDS, batch: BATCH });
  const [ours, theirs] = times.map(median);
  return {
    size,
    package: ours,
    plain: theirs,
    ratio: theirs / ours,
    difference: largestDifference(...tasks.map((task) => task())),
  };
}
