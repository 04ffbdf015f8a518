/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const site = await app.serveFiles(".");
  await app.checkLists(site.address);
  await app.checkLists(`${site.address}?own`, { script: "own" });
}

export default { title: "no bundler, an import map", isQuick: true, check };
