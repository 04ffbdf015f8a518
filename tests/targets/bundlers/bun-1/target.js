import { checkBuild } from "../check-build.js";

/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  // What npm does after an installation with scripts: it takes the program from another package.
  await app.run("node", ["node_modules/bun/install.js"]);
  await checkBuild({ folders: ["dist", "public"] })(app);
}

export default { title: "bun build 1.4.5", base: "bundlers/esbuild", check };
