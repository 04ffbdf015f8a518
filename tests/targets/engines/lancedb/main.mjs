// LanceDB in a folder, and on storage that speaks S3: without an index and with one.
import assert from "node:assert/strict";
import http from "node:http";

import { Index, connect } from "@lancedb/lancedb";
import { engineIndex, lanceEngine } from "pocketrec/engine";
import S3rver from "s3rver";

import { checkDown, checkEngine, checkWriters, openModel } from "./shared/engine-contract.js";

const where = { late: "year >= 2000", quoted: "title = 'It''s \"one\"'", wrong: "yeer >= 2000" };

// Files on this machine, every search exact.
const local = await connect("local");
await checkEngine({
  engine: () => lanceEngine({ connection: local, table: "films" }),
  recall: 1,
  where,
});

await checkWriters(() => lanceEngine({ connection: local, table: "shared" }));

// Object storage, an index of 16 partitions of which half are looked into.
let storage = await startStorage();
const { port } = storage;
const options = {
  storageOptions: {
    aws_access_key_id: "S3RVER",
    aws_secret_access_key: "S3RVER",
    aws_region: "us-east-1",
    aws_endpoint: `http://127.0.0.1:${port}`,
    allow_http: "true",
    client_max_retries: "1", // the client would try for minutes, and the app's users wait
  },
};
const remote = await connect("s3://films/recommender", options);
const engineOn = (table, index, search) => () =>
  lanceEngine({ connection: remote, table, index, search });
const flat = Index.ivfFlat({ distanceType: "dot", numPartitions: 16 });
await checkEngine({ engine: engineOn("flat", flat, { nprobes: 8 }), recall: 0.9, where });
const compressed = Index.ivfPq({ distanceType: "dot", numPartitions: 8, numSubVectors: 22 });
const search = { nprobes: 8, refineFactor: 5 };
await checkEngine({ engine: engineOn("pq", compressed, search), recall: 0.9, where });

const stop = () => storage.stop();
const start = async () => (storage = await startStorage(port));
await checkDown(engineOn("down"), { stop, start }, ["network", "timeout"]);

// An index of another metric gives other lists: it is refused.
const euclidean = Index.ivfFlat({ distanceType: "l2", numPartitions: 4 });
const model = await openModel();
const wrong = await engineIndex(model, engineOn("l2", euclidean)(), { create: true });
await wrong.upsert();
await assert.rejects(wrong.refresh(), { code: "bad-shape" });
await storage.stop();

// Storage that lets nobody in.
const closed = http.createServer((_, response) => response.writeHead(403).end()).listen(port);
await assert.rejects(engineIndex(model, engineOn("flat")()), { code: "not-allowed" });
closed.closeAllConnections();
closed.close();
console.log("ok");

async function startStorage(fixed = 0) {
  const server = new S3rver({
    ...{ address: "127.0.0.1", port: fixed, silent: true, directory: "storage" },
    configureBuckets: [{ name: "films" }],
  });
  const address = await server.run();
  return { port: address.port, stop: () => server.close() };
}
