// Parcel loses code that two workers of an app share, unless scope hoisting is off; one of the two
// is the package's own.
/** @param {import("../../../../scripts/fixtures/app.js").App} app */
async function check(app) {
  await app.run("npm", ["run", "build"]);
  const site = await app.serveFiles("dist");
  await app.checkLists(site.address);
  await app.run("npm", ["run", "build:own"]);
  const own = await app.serveFiles("dist-own");
  await app.checkLists(`${own.address}own.html`, { script: "own" });
}

export default { title: "Parcel 2.16.4, build", check };
