import assert from "node:assert/strict";

import { expectedTitles } from "../expected-titles.js";
import { startExample } from "../pages.js";

const LIKED = "The Ninth Moon";

export default {
  title: "ranking at the edge, by Wrangler",
  source: "examples/cloudflare-worker",
  check,
};

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const { address } = await startExample(app);
  const list = await (await fetch(`${address}/?${new URLSearchParams({ history: LIKED })}`)).json();
  assert.deepEqual(
    list.map(({ item }) => item),
    await expectedTitles([LIKED]),
  );
}
