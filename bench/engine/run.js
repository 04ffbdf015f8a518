// An engine for vectors, end to end: items' vectors out of the model and into a collection, a
// person's vector as the question, the answer ranked on the device. Beside it the exact scan of the
// same vectors in WebAssembly.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import { fail, printMachine, readCommandLine, wholeNumber, writeJson } from "../command-line.js";
import { importPocketrec } from "../peers/pocketrec.js";
import { clusteredVectors, trainedVectors } from "../retrieval-data.js";
import { exactBest, loadCandidates, recall, TOP } from "../retrieval-peers.js";
import { digits, median } from "../statistics.js";
import { interleave } from "../timing.js";

const WORKLOADS = ["trained", "clustered/100000"];
const HELP = `
node engine/run.js [WORKLOAD]... [--python FILE] [--uri URL] [--index NAME]... [--rounds 9] [--json FILE]

  Needs a Python with engine/requirements.txt installed.
  WORKLOAD       ${WORKLOADS.join(", ")} or another number (default: both)
  --python FILE  the Python to use (default: python3)
  --uri URL      a cluster's address (default: a file, with Milvus in the process); its collection "items" is replaced
  --index NAME   FLAT, HNSW or IVF_FLAT (default: all three)
  --rounds N     rounds of the exact scan (default 9)
  --json FILE    writes what was measured
`;

const WIDTH = 64;
const PERSONS = 50;
const PAGE = 10;
const SCRIPT = fileURLToPath(new URL("search.py", import.meta.url));
const MODELS = new URL("../../web-demo/models/", import.meta.url);

const { options, positionals } = readCommandLine(HELP, {
  python: { type: "string", default: "python3" },
  uri: { type: "string" },
  index: { type: "string", multiple: true, default: ["FLAT", "HNSW", "IVF_FLAT"] },
  rounds: { type: "string", default: "9" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));

printMachine();
const results = {};
for (const workload of positionals.length ? positionals : WORKLOADS)
  results[workload] = await runWorkload(workload);
writeJson(options.json, { rounds, persons: PERSONS, results });

async function runWorkload(workload) {
  const vectors = await vectorsOf(workload);
  const exact = vectors.queries.map((query) => exactBest(vectors.table, query).items);
  const rows = [await exactScan(vectors)];
  for (const index of options.index) {
    const { answers, times_ms: times, build_s: build } = await ask(vectors, index);
    rows.push({
      name: `Milvus, ${index}`,
      times,
      build,
      recall: mean(answers.map((found, i) => recall(found, exact[i]))),
      answers,
    });
  }
  const body = rows.map(({ name, recall: found, times, build }) => [
    name,
    found.toFixed(3),
    digits(median(times)),
    build ? digits(build) : "",
  ]);
  const table = markdownTable([["", "recall@100", "median ms", "build s"], ...body], {
    align: ["l", "r", "r", "r"],
  });
  console.log(`${workload}: ${vectors.table.shape.join(" x ")}\n\n${table}\n`);
  if (vectors.histories) await rankOnDevice(vectors, rows.at(-1).answers);
  return rows.map(({ answers, ...row }) => row);
}

async function vectorsOf(workload) {
  const [kind, size] = workload.split("/");
  if (kind === "clustered") return clusteredVectors(wholeNumber(size, "WORKLOAD"), WIDTH, PERSONS);
  if (kind !== "trained") fail(`no workload ${workload}; there are ${WORKLOADS.join(", ")}`);
  return (
    (await trainedVectors(loadModel, PERSONS)) ??
    fail("web-demo/models/candidates.safetensors is missing")
  );
}

async function exactScan({ table, queries }) {
  const model = await loadCandidates({ "item.embedding": table }, { simd: "simd128" });
  const call = (
    (turn) => () =>
      model.recommend(model.user({ vector: queries[turn++ % queries.length] }), {
        topK: TOP,
        raw: true,
      })
  )(0);
  const { scan: times } = await interleave([{ name: "scan", call }], { rounds, batchMs: 8 });
  model.dispose();
  return { name: "exact scan, pocketrec", times, recall: 1 };
}

/** What the server does: the vectors in, a list of rows out for each person. */
async function ask({ table, queries }, index) {
  const folder = await mkdtemp(join(tmpdir(), "pocketrec-engine-"));
  await writeFile(join(folder, "items.f32"), table.data);
  await writeFile(
    join(folder, "persons.f32"),
    Buffer.concat(queries.map((query) => Buffer.from(query.buffer))),
  );
  await writeFile(join(folder, "shape.json"), JSON.stringify({ width: table.shape[1] }));
  const uri = options.uri ? ["--uri", options.uri] : [];
  execFileSync(options.python, [SCRIPT, folder, "--index", index, "--top", String(TOP), ...uri], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const result = JSON.parse(await readFile(join(folder, "answers.json"), "utf8"));
  await rm(folder, { recursive: true });
  return result;
}

/**
 * What the device does: the ranker puts the engine's rows in order, for what the person has
 * watched.
 */
async function rankOnDevice({ histories }, answers) {
  const ranker = await loadModel(fileURLToPath(new URL("ranker.safetensors", MODELS)));
  const person = ranker.user({ history: histories[0] });
  const candidates = Uint32Array.from(answers[0]);
  const page = ranker.rank(person, candidates, { topK: PAGE, exclude: histories[0] });
  const call = () =>
    ranker.rank(ranker.user({ history: histories[0] }), candidates, {
      topK: PAGE,
      exclude: histories[0],
    });
  const { rank: times } = await interleave([{ name: "rank", call }], { rounds, batchMs: 8 });
  console.log(
    `The first person's page: ${page.map(({ item }) => item).join(", ")}, ` +
      `of ${TOP} candidates in ${digits(median(times))} ms on the device\n`,
  );
  ranker.dispose();
}

function mean(values) {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
