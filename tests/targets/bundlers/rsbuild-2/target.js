import { checkBuild } from "../check-build.js";

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const dev = await app.serve((port) => ["npm", "run", "dev", "--", "--port", port]);
  await app.checkLists(dev.address);
  await app.checkLists(`${dev.address}/?own`, { script: "own" });
  await dev.stop();
  await checkBuild()(app);
}

export default { title: "Rsbuild 2.3.2, dev and build", check };
