// The process that tries one reader, so that a hang or a crash ends it alone.
// Arguments: NAME SEED MILLISECONDS RUNS. It reports to its parent: the input in work first, then
// what is wrong; the counts at the end.
import { attempt } from "./attempt.js";
import { minimise } from "./minimise.js";
import { drawsOf } from "./mutate/random.js";
import { READERS } from "./readers.js";

const [name, seed, milliseconds, runs] = process.argv.slice(2);
const reader = await READERS[name]();
const counts = { runs: 0, read: 0, codes: new Set() };
/** Each kind of defect is reported once. */
const known = new Set();

const send = (message) =>
  new Promise((resolve) => process.send?.(message, () => resolve(undefined)));

/** The kind of a defect: numbers and names of an input do not count. */
const kindOf = (wrong) =>
  wrong
    .split("\n")
    .slice(0, 2)
    .join(" ")
    .replace(/\d+|"[^"]*"/g, "#")
    .replace(/^not one line.*/, "not one line")
    .slice(0, 120);

async function tryOne(bytes, number) {
  const outcome = await attempt(reader, bytes, number);
  counts.runs++;
  if (outcome.result === "read") counts.read++;
  else counts.codes.add(outcome.result);
  if (!outcome.wrong || known.has(kindOf(outcome.wrong))) return;
  known.add(kindOf(outcome.wrong));
  const small = await minimise(bytes, async (candidate) => {
    const { wrong } = await attempt(reader, candidate, number);
    return wrong !== undefined && kindOf(wrong) === kindOf(outcome.wrong);
  });
  await send({
    found: { wrong: outcome.wrong, number, bytes: Buffer.from(small).toString("base64") },
  });
}

process.on("uncaughtException", async (error) => {
  await send({ found: { wrong: `uncaught: ${error.stack}`, number: -1, bytes: "" } });
  process.exit(1);
});

const seeds = await reader.seeds();
for (const bytes of seeds) {
  const outcomes = [];
  for (let number = 1; number <= 8; number++) outcomes.push(await attempt(reader, bytes, number));
  const wrong = outcomes.find((outcome) => outcome.wrong)?.wrong;
  const encoded = Buffer.from(bytes).toString("base64");
  if (wrong) await send({ found: { wrong, number: 1, bytes: encoded } });
  else if (!outcomes.some(({ result }) => result === "read"))
    console.error(`${name}: a seed is refused: ${outcomes[0].result}`);
}
const end = Date.now() + Number(milliseconds);
for (let number = Number(seed); counts.runs < Number(runs) && Date.now() < end; number++) {
  const draws = drawsOf(number);
  const bytes = reader.mutate(draws.pick(seeds), draws, draws.pick(seeds));
  // Where the process does not come back, the parent has the number of the input.
  if (number % 20 === 0) await send({ at: number, runs: counts.runs });
  await tryOne(bytes, number);
}
await reader.end?.();
await send({ done: { runs: counts.runs, read: counts.read, codes: [...counts.codes].sort() } });
process.exit(0);
