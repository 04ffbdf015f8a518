import assert from "node:assert/strict";

import { expectedTitles } from "../expected-titles.js";
import { LIKED, checkFirstPage } from "../first-page.js";

export default {
  title: "the first list: a script of Node, a page without a bundler",
  source: "examples/first",
  isQuick: true,
  check,
};

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const printed = await app.run("node", ["first.mjs"]);
  for (const title of await expectedTitles(LIKED)) assert.ok(printed.includes(title), printed);
  await checkFirstPage(app);
}
