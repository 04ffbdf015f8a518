/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  const site = await app.serveFiles(".");
  await app.checkLists(site.address);
}

export default { title: "no bundler, an import map", isQuick: true, check };
