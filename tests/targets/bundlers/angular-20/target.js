import { checkBuild } from "../check-build.js";

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  await checkBuild({ folders: ["dist/app/browser"] })(app);
  const dev = await app.serve((port) => ["npm", "run", "start", "--", "--port", port]);
  await app.checkLists(dev.address);
  await app.checkLists(`${dev.address}/?own`, { script: "own" });
}

export default { title: "Angular 20.3, ng build and ng serve", minutes: 8, check };
