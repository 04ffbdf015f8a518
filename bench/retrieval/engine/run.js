// A vector database end to end: it stores the model's item vectors and searches with user vectors;
// the device ranks the result. Beside it the exact scan of the same vectors in WebAssembly.
import { execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { markdownTable } from "markdown-table";
import {
  fail,
  printMachine,
  readCommandLine,
  wholeNumber,
  writeJson,
} from "../../lib/command-line.js";
import { importPocketrec } from "../../lib/package.js";
import { digits, mean, median } from "../../lib/statistics.js";
import { inTurn, interleave } from "../../lib/timing.js";
import {
  candidatesFile,
  clusteredVectors,
  exactBest,
  recall,
  TOP,
  trainedVectors,
} from "../../models/vectors.js";

const WORKLOADS = ["trained", "clustered/100000"];
const HELP = `
node retrieval/engine/run.js [WORKLOAD]... [--python FILE] [--uri URL] [--index NAME]...
                             [--rounds 9] [--json FILE]

  Needs a Python with retrieval/engine/requirements.txt installed.
  WORKLOAD       ${WORKLOADS.join(", ")} or another number (default: both)
  --python FILE  the Python to use (default: python3)
  --uri URL      address of a cluster, whose collection "items" is replaced
                 (default: a file, with Milvus in the process)
  --index NAME   FLAT, HNSW or IVF_FLAT (default: all)
  --rounds N     rounds of the exact scan (default 9)
  --json FILE    writes the measurements
`;

const WIDTH = 64;
const USERS = 50;
const PAGE = 10;
const BATCH_MS = 8;
const SCRIPT = fileURLToPath(new URL("search.py", import.meta.url));
const MODELS = new URL("../../../web-demo/models/", import.meta.url);

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
writeJson(options.json, { rounds, users: USERS, results });

async function runWorkload(workload) {
  const vectors = await vectorsOf(workload);
  const exact = vectors.queries.map((query) => exactBest(vectors.table, query).items);
  const rows = [await exactScan(vectors)];
  for (const index of options.index) {
    const { answers, times_ms: times, build_s: build } = await searchEngine(vectors, index);
    const recalls = answers.map((found, i) => recall(found, exact[i]));
    rows.push({ name: `Milvus, ${index}`, times, build, recall: mean(recalls), answers });
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
  if (kind === "clustered") return clusteredVectors(wholeNumber(size, "WORKLOAD"), WIDTH, USERS);
  if (kind !== "trained") fail(`unknown workload ${workload}; expected ${WORKLOADS.join(", ")}`);
  const trained = await trainedVectors(loadModel, USERS);
  return trained ?? fail("web-demo/models/candidates.safetensors is missing");
}

async function exactScan({ table, queries }) {
  const model = await loadModel(candidatesFile({ "item.embedding": table }), { simd: "simd128" });
  const scan = (query) => model.recommend(model.user({ vector: query }), { topK: TOP, raw: true });
  const task = { name: "scan", call: inTurn(queries, scan) };
  const { scan: times } = await interleave([task], { rounds, batchMs: BATCH_MS });
  model.dispose();
  return { name: "exact scan, pocketrec", times, recall: 1 };
}

/** The server's part: takes the vectors, returns a list of rows for each user. */
async function searchEngine({ table, queries }, index) {
  const folder = await mkdtemp(join(tmpdir(), "pocketrec-engine-"));
  const users = Buffer.concat(queries.map((query) => Buffer.from(query.buffer)));
  await writeFile(join(folder, "items.f32"), table.data);
  await writeFile(join(folder, "users.f32"), users);
  await writeFile(join(folder, "shape.json"), JSON.stringify({ width: table.shape[1] }));
  const uri = options.uri ? ["--uri", options.uri] : [];
  execFileSync(options.python, [SCRIPT, folder, "--index", index, "--top", String(TOP), ...uri], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const result = JSON.parse(await readFile(join(folder, "answers.json"), "utf8"));
  await rm(folder, { recursive: true });
  return result;
}

/** The device's part: the ranker sorts the first user's candidates. */
async function rankOnDevice({ histories: [history] }, [answer]) {
  const ranker = await loadModel(fileURLToPath(new URL("ranker.safetensors", MODELS)));
  const candidates = Uint32Array.from(answer);
  const rank = () =>
    ranker.rank(ranker.user({ history }), candidates, { topK: PAGE, exclude: history });
  const items = rank().map(({ item }) => item);
  const { rank: times } = await interleave([{ name: "rank", call: rank }], {
    rounds,
    batchMs: BATCH_MS,
  });
  console.log(`Page of the first user: ${items.join(", ")}`);
  console.log(`${TOP} candidates ranked on the device in ${digits(median(times))} ms\n`);
  ranker.dispose();
}
