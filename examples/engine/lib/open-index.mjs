// The collection of the films in Milvus. The server and the program that fills it open it alike.
import { readFile } from "node:fs/promises";

import { MilvusClient } from "@zilliz/milvus2-sdk-node";
import { loadModel } from "pocketrec";
import { engineIndex, milvusEngine } from "pocketrec/engine";

/** The model whose item vectors are in the engine. Its user vectors are made on the devices. */
export const candidates = await loadModel("models/candidates.safetensors");

/** By id: { title, year, genres, popularity }. */
export const films = new Map(
  JSON.parse(await readFile("models/catalogue.json", "utf8")).map((film) => [film.id, film]),
);

const client = new MilvusClient({
  address: process.env.MILVUS ?? "localhost:19530",
  token: process.env.MILVUS_TOKEN,
});

/** Opens it; throws a PocketrecError while the engine is down. */
export const openIndex = (options) =>
  engineIndex(candidates, milvusEngine({ client, collection: "films" }), options);

export const close = () => client.closeConnection();
