// examples/server: its answers byte by byte, its page in Chromium, and what happens when it dies.
import { checkAnswers, checkRefusals, checkWeights } from "./answers.js";
import { checkPage } from "./page.js";
import { checkDrain, checkProcesses, checkPublication, checkStop } from "./running.js";
import { ask } from "./ask.js";

export default {
  title: "a server for many: node:http, jshttp's negotiator, fresh, range-parser, etag",
  source: "examples/server",
  check,
};

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  await app.run("rm", ["-rf", "published"]);
  await app.run("npm", ["run", "build"]);
  const server = await app.serve((port) => ["node", "server.mjs", "--port", port]);
  const { json } = await ask(server.address, "/models/manifest.json");
  const { version } = json().weights.books;
  await checkAnswers(server.address, version);
  await checkRefusals(server.address, version);
  await checkWeights(server.address, version, app.folder);
  await checkPage(app, server, version);
  await checkPublication(app, version);
  await checkDrain(app, version);
  await checkStop(app);
  await checkProcesses(app, version);
}
