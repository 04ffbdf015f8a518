import assert from "node:assert/strict";

export default {
  title: "a script of Node: a CSV of ratings in, a list with reasons out",
  source: "examples/node-script",
  isQuick: true,
  check,
};

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const printed = await app.run("npm", ["run", "--silent", "start"]);
  const lines = printed.trim().split("\n");
  assert.equal(lines.length, 5);
  for (const line of lines) assert.match(line, /^.+, because of (Bread for Slow|Salt and Smoke)/);
}
