// An app whose command writes dist/, which any web host can serve.

/**
 * @param {{ scripts?: string[], folders?: string[], site?: {} }} [options] scripts: of package.json,
 *   each of which builds the app; folders: that are served; site: options of app.serveFiles
 * @returns {(app: import("../../../scripts/fixtures/app.js").App) => Promise<void>}
 */
export const checkBuild =
  ({ scripts = ["build"], folders = ["dist"], site: options } = {}) =>
  async (app) => {
    for (const script of scripts) {
      await app.run("npm", ["run", script]);
      const site = await app.serveFiles(folders, options);
      await app.checkLists(site.address);
      await app.checkLists(`${site.address}?own`, { isOwnWorker: true });
      await site.stop();
    }
  };
