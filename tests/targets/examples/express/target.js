import { readFileSync } from "node:fs";
import { join } from "node:path";

import { rankedTitles } from "../expected-titles.js";
import { checkList, startExample } from "../pages.js";

export default {
  title: "a server of candidate packs with Express",
  source: "examples/express",
  check,
};

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const source = readFileSync(join(app.folder, "server.mjs"), "utf8");
  const [, list] = source.match(/TODAY = (\[[^]*?\n\]);/);
  const candidates = [...list.matchAll(/"(.*?)"/g)].map(([, title]) => title);
  const { address } = await startExample(app);
  await app.inChromium(address, (page) =>
    checkList(page, (history) => rankedTitles(candidates, history)),
  );
}
