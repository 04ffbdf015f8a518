import { readFileSync } from "node:fs";

import { expect, test } from "@jest/globals";

import { serverLists } from "./shared/server-lists.js";

const WEIGHTS = "node_modules/pocketrec/examples/first/books.safetensors";

test("the process and a worker give the lists", async () => {
  const { recommended, worker } = JSON.parse(readFileSync("expected.json", "utf8"));
  expect(await serverLists(WEIGHTS)).toMatchObject({ recommended, worker });
});
