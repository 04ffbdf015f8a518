// A vector engine end to end, by pocketrec/engine: it stores the model's item vectors and searches
// with user vectors; the device ranks the result. Beside it the exact scan of the same vectors in
// WebAssembly, without a network.
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
import { digits, median } from "../../lib/statistics.js";
import { inTurn, interleave } from "../../lib/timing.js";
import { candidatesFile, clusteredVectors, TOP, trainedVectors } from "../../models/vectors.js";
import { installMilvus, newMilvusClient, startMilvus } from "../../../tests/lib/milvus-lite.js";

const WORKLOADS = ["trained", "clustered/100000"];
const COLLECTION = "pocketrec_bench";
/** An eighth of the cells is searched. */
const IVF = { build: { nlist: 128 }, search: { nprobe: 16 } };
const HELP = `
node retrieval/engine/run.js [WORKLOAD]... [--address HOST:PORT] [--index NAME]... [--rounds 9]
                             [--json FILE]

  WORKLOAD             ${WORKLOADS.join(", ")} or another number (default: both)
  --address HOST:PORT  of a cluster, whose collection ${COLLECTION} is replaced
                       (default: installs Milvus Lite, half a gigabyte, and starts it)
  --index NAME         FLAT, HNSW or IVF_FLAT (default: all)
  --graph NAME         cosine or inner: how items are stored (default: both)
  --rounds N           rounds of the exact scan (default 9)
  --json FILE          writes the measurements
`;

const WIDTH = 64;
const USERS = 50;
const PAGE = 10;
const BATCH_MS = 8;
const MODELS = new URL("../../../web-demo/models/", import.meta.url);

const { options, positionals } = readCommandLine(HELP, {
  address: { type: "string" },
  index: { type: "string", multiple: true, default: ["FLAT", "HNSW", "IVF_FLAT"] },
  graph: { type: "string", multiple: true, default: ["cosine", "inner"] },
  rounds: { type: "string", default: "9" },
});
const rounds = wholeNumber(options.rounds, "rounds");
const { loadModel } = await importPocketrec().catch((error) => fail(error.message));
const { engineIndex, milvusEngine, recallAgainstExact } = await import("../../../dist/engine.js");

printMachine();
const milvus = options.address ? undefined : await startLite();
const client = newMilvusClient(options.address ?? milvus.address);
const results = {};
try {
  for (const workload of positionals.length ? positionals : WORKLOADS)
    results[workload] = await runWorkload(workload);
} finally {
  await client.closeConnection();
  await milvus?.stop();
}
writeJson(options.json, { rounds, users: USERS, results });

async function startLite() {
  const missing = installMilvus();
  return missing ? fail(`Milvus Lite cannot be installed: ${missing}`) : startMilvus();
}

async function runWorkload(workload) {
  const vectors = await vectorsOf(workload);
  const model = await loadModel(candidatesFile({ "item.embedding": vectors.table }), {
    simd: "simd128",
  });
  const rows = [await exactScan(model, vectors.queries)];
  for (const index of options.index)
    for (const graph of options.graph)
      rows.push(await searchEngine(model, vectors.queries, { indexType: index, graph }));
  const body = rows.map(({ name, recall, times, build }) => [
    name,
    recall.toFixed(3),
    digits(median(times)),
    build ? digits(build) : "",
  ]);
  const table = markdownTable([["", `recall@${TOP}`, "median ms", "build s"], ...body], {
    align: ["l", "r", "r", "r"],
  });
  console.log(`${workload}: ${vectors.table.shape.join(" x ")}\n\n${table}\n`);
  if (vectors.histories) await rankOnDevice(vectors, rows.at(-1).first);
  model.dispose();
  return rows;
}

async function vectorsOf(workload) {
  const [kind, size] = workload.split("/");
  if (kind === "clustered") return clusteredVectors(wholeNumber(size, "WORKLOAD"), WIDTH, USERS);
  if (kind !== "trained") fail(`unknown workload ${workload}; expected ${WORKLOADS.join(", ")}`);
  const trained = await trainedVectors(loadModel, USERS);
  return trained ?? fail("web-demo/models/candidates.safetensors is missing");
}

async function exactScan(model, queries) {
  const scan = (query) => model.recommend(model.user({ vector: query }), { topK: TOP, raw: true });
  const task = { name: "scan", call: inTurn(queries, scan) };
  const { scan: times } = await interleave([task], { rounds, batchMs: BATCH_MS });
  return { name: "exact scan, pocketrec", times, recall: 1 };
}

/** The server's part: fills a new collection, and searches it for each user, one after another. */
async function searchEngine(model, queries, { indexType, graph }) {
  const parameters = indexType === "IVF_FLAT" ? IVF : {};
  const engine = milvusEngine({ client, collection: COLLECTION, indexType, ...parameters });
  await engine.drop({ timeout: 10_000 });
  const start = performance.now();
  const index = await engineIndex(model, engine, { create: true, graph, timeout: 60_000 });
  await index.upsert({ batchSize: 2000 });
  const build = (performance.now() - start) / 1000;
  const times = [];
  let first;
  for (const query of queries) {
    const begin = performance.now();
    const found = await index.search(query, { topK: TOP });
    times.push(performance.now() - begin);
    first ??= found.map(({ item }) => item);
  }
  const users = queries.map((vector) => model.user({ vector }));
  const { recall } = await recallAgainstExact(index, model, users, { topK: TOP });
  await index.drop();
  return { name: `Milvus, ${indexType}, "${graph}"`, times, build, recall, first };
}

/** The device's part: the ranker sorts the first user's candidates. */
async function rankOnDevice({ histories: [history] }, answer) {
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
