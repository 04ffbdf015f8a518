// Milvus by its own Node client: an exact scan and two indexes. The first word is the address of
// the module that starts Milvus Lite.
import { MilvusClient } from "@zilliz/milvus2-sdk-node";
import { milvusEngine } from "pocketrec/engine";

import { checkDown, checkEngine } from "./shared/engine-contract.js";

const { startMilvus } = await import(process.argv[2]);
let milvus = await startMilvus();
const { address, port, folder } = milvus;
const client = new MilvusClient({ address, logLevel: "none" });
const engineOn = (options) => () => milvusEngine({ client, ...options });

const isMerging = true;
const where = {
  late: "year >= 2000",
  quoted: `title == "It's \\"one\\""`,
  wrong: "year >= > 2000",
};
const flat = engineOn({ collection: "flat", indexType: "FLAT" });
await checkEngine({ engine: flat, recall: 1, where, isMerging });
const graph = engineOn({ collection: "graph", indexType: "HNSW" });
await checkEngine({ engine: graph, recall: 0.9, where, isMerging });
const [build, search] = [{ nlist: 16 }, { nprobe: 8 }];
const cells = engineOn({ collection: "cells", indexType: "IVF_FLAT", build, search });
await checkEngine({ engine: cells, recall: 0.9, where, isMerging });

const stop = () => milvus.end();
const start = async () => (milvus = await startMilvus(port, folder));
await checkDown(engineOn({ collection: "down" }), { stop, start }, ["network", "timeout"]);

await client.closeConnection();
await milvus.stop();
console.log("ok");
