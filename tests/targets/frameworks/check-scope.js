// What a scope without a page must give.
import assert from "node:assert/strict";

/**
 * @param {import("../../../scripts/fixtures/app.js").App} app
 * @param {any} found what scopeLists gave
 */
export function checkScope({ expected }, found) {
  assert.ok(!found.error, found.error);
  assert.deepEqual(found.recommended, expected.recommended);
  assert.deepEqual(found.ranked, expected.ranked);
  assert.deepEqual(found.cached, expected.cached);
  if (found.hasWorker) {
    assert.deepEqual(found.worker, expected.worker.ranked);
  } else {
    assert.equal(found.worker.code, "unsupported");
    assert.match(found.worker.message, /Use loadModel here/);
  }
}
