// An app whose command writes dist/, which any web host can serve.

/**
 * @param {object} [options]
 * @param {string[]} [options.scripts] of package.json, each of which builds the app
 * @param {string[]} [options.folders] that are served
 * @param {object} [options.site] options of app.serveFiles
 * @param {"text" | "file"} [options.script] what runs in the worker, where it is not an own script
 * @param {RegExp} [options.allow] complaints of the browser that are expected
 * @returns {(app: import("../../../scripts/fixtures/app.js").App) => Promise<void>}
 */
export const checkBuild =
  ({ scripts = ["build"], folders = ["dist"], site: options, script, allow } = {}) =>
  async (app) => {
    for (const name of scripts) {
      await app.run("npm", ["run", name]);
      const site = await app.serveFiles(folders, options);
      await app.checkLists(site.address, { script, allow });
      await app.checkLists(`${site.address}?own`, { script: "own", allow });
      await site.stop();
    }
  };
