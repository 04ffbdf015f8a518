// What pocketrec/engine knows of LanceDB without LanceDB: options, expressions, the meaning of its
// errors. `npm run fixtures -- lancedb` runs LanceDB itself, in a folder and on object storage.
import assert from "node:assert/strict";
import { test } from "node:test";

import { explain, isMissing } from "../js/engine/lance/answers.js";
import { lanceEngine } from "../js/engine/lance/lance-engine.js";
import { isIn, rowsOf } from "../js/engine/lance/table.js";

/** Texts that LanceDB 0.37 threw, shortened where they repeat themselves. */
const THROWN = {
  "not-found": [
    "Table 'nope' was not found  Caused by: Dataset at path db/nope.lance was not found: Not found",
    "Failed to get next batch from stream: lance error: Not found: db/items.lance/_deletions/3",
  ],
  network: [
    "Failed to get next batch from stream: lance error: LanceError(IO): Generic S3 error: Error " +
      "performing GET http://127.0.0.1:37739/items/db/t.lance/data/1.lance in 114.148971ms, after " +
      "1 retries, max_retries: 1, retry_timeout: 2s  - HTTP error: error sending request",
  ],
  timeout: [
    "Failed to get next batch from stream: lance error: Query Execution error: Execution error: " +
      "Query timeout after 100 ms, /src/lance-10.0.0/src/scanner.rs:5536:66",
  ],
  "bad-argument": [
    "Failed to execute query stream: GenericFailure, Invalid input, Schema error: No field named " +
      "yeer. Did you mean 'year'?.",
    "Failed to execute query stream: GenericFailure, Invalid input, Error parsing statement: " +
      "SELECT 1 FROM t WHERE year > > 403 (sql parser error: Expected: an expression, found: >)",
    "Invalid input, num_sub_vectors must divide vector dimension 65, but got 16",
  ],
  engine: ["Table 'items' already exists"],
};

test("its errors have a code, and their text no places in its sources", () => {
  for (const [code, texts] of Object.entries(THROWN))
    for (const text of texts) {
      const { found, ...explained } = explain(new Error(text));
      assert.equal(explained.code, code, text);
      assert.equal(Boolean(explained.isTransient), ["network", "timeout"].includes(code));
      assert.ok(!/\.rs:\d/.test(found) && found.length > 10, found);
    }
  assert.deepEqual(
    THROWN["not-found"].map((text) => isMissing(new Error(text))),
    [true, false],
  );
});

test("keys and rows are written as it reads them", () => {
  assert.equal(isIn([1, 2]), "id IN (1,2)");
  assert.equal(isIn(["it's", '"x"']), `id IN ('it''s','"x"')`);
  const vector = Float32Array.of(1, 2);
  const records = [
    { key: 1, vector, attributes: { year: 2000, title: "a" } },
    { key: 2, vector, attributes: { year: undefined } },
  ];
  assert.deepEqual(rowsOf(records, ["year"]), [
    { id: 1n, vector, year: 2000 },
    { id: 2n, vector, year: null },
  ]);
});

test("wrong options are refused", () => {
  const connection = { openTable: () => {} };
  const wrong = [
    {},
    { connection: {}, table: "films" },
    { connection, table: "" },
    { connection, table: "films", index: "ivf" },
    { connection, table: "films", search: { nprobes: 0 } },
    { connection, table: "films", search: { probes: 1 } },
    { connection, table: "films", collection: "films" },
  ];
  for (const options of wrong)
    assert.throws(() => lanceEngine(options), { code: "bad-argument" }, JSON.stringify(options));
});
