// An app whose command writes dist/, which any web host can serve.

/**
 * @param {object} [options]
 * @param {string[]} [options.scripts] of package.json, each of which builds the app
 * @param {string[]} [options.folders] that are served
 * @param {object} [options.site] options of app.serveFiles
 * @param {RegExp} [options.allow] complaints of the browser that are expected
 * @returns {(app: import("../../../scripts/fixtures/app.js").App) => Promise<void>}
 */
export const checkBuild =
  ({ scripts = ["build"], folders = ["dist"], site: options, allow } = {}) =>
  async (app) => {
    for (const script of scripts) {
      await app.run("npm", ["run", script]);
      const site = await app.serveFiles(folders, options);
      await app.checkLists(site.address, { allow });
      await app.checkLists(`${site.address}?own`, { isOwnWorker: true, allow });
      await site.stop();
    }
  };
