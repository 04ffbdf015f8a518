// An app of Vite without a configuration: its development server, then its build.

/** @param {import("../../../scripts/fixtures/app.js").App} app */
export async function checkVite(app) {
  const dev = await app.serve((port) => ["npm", "run", "dev", "--", "--port", port]);
  await app.checkLists(dev.address);
  // At the first visit Vite finds what the app's worker imports. On a slow machine it then answers
  // 504 to the old address, and reloads the page by itself.
  const settled = () => new Promise((resolve) => setTimeout(resolve, 3000));
  await app.inChromium(`${dev.address}/?own`, settled, { allow: /./ });
  await app.checkLists(`${dev.address}/?own`, { script: "own" });
  await dev.stop();

  await app.run("npm", ["run", "build"]);
  const site = await app.serveFiles("dist");
  await app.checkLists(site.address);
  await app.checkLists(`${site.address}?own`, { script: "own" });
}
