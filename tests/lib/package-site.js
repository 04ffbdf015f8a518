// The package as it ships, on an origin with the demo's Content-Security-Policy, for tests of the
// package in browsers: /dist/, /js/, the demo's weights in /models/, and an empty page.
import { fileURLToPath } from "node:url";
import { after, before, describe } from "node:test";

import { POLICY } from "../../web-demo/server/policy.js";
import { BROWSERS, launch } from "./browsers.js";
import { serveFiles } from "./static-host.js";

const folder = (path) => fileURLToPath(new URL(path, import.meta.url));
const FOLDERS = [folder("empty-page"), folder("../.."), folder("../../web-demo")];

/**
 * @param {string[]} [more] folders with more files
 * @param {string} [policy] the demo's, if not given
 */
export const servePackage = (more = [], policy = POLICY) =>
  serveFiles([...more, ...FOLDERS], { headers: { "Content-Security-Policy": policy } });

/**
 * @typedef {object} At
 * @property {import("./browsers.js").Installed["name"]} name of the browser
 * @property {import("puppeteer-core").Browser} browser while tests run
 * @property {Awaited<ReturnType<typeof servePackage>>} site while tests run
 *
 * @typedef {object} Options
 * @property {string[]} [more] folders with more files
 * @property {import("./browsers.js").Installed[]} [browsers] default: all
 */

/**
 * Suites in Chromium, Firefox and WebKit, in turn. The tests of each share one browser and one
 * site, which start before the first test and stop after the last. Where a browser is missing, its
 * suite is skipped.
 *
 * @param {string} title
 * @param {(at: At) => void} define defines the tests
 * @param {Options} [options]
 */
export function inEachBrowser(title, define, { more = [], browsers = BROWSERS } = {}) {
  for (const browser of browsers) {
    const options = { skip: browser.missing, timeout: 240_000 };
    describe(`${title} in ${browser.title}`, options, () => {
      const at = /** @type {any} */ ({ name: browser.name });
      before(async () => {
        at.browser = await launch({}, browser);
        at.site = await servePackage(more);
      });
      after(async () => {
        await at.browser?.close();
        await at.site?.stop();
      });
      define(at);
    });
  }
}
