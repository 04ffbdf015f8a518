// The package as it ships, on an origin with the demo's Content-Security-Policy, for tests of the
// package in Chromium: /dist/, /js/, the demo's weights in /models/, and an empty page.
import { fileURLToPath } from "node:url";
import { after, before, describe } from "node:test";

import { POLICY } from "../../web-demo/server/policy.js";
import { launch, noChromium } from "./browsers.js";
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
 * A suite in Chromium: its tests share one browser and one site, which start before the first test
 * and stop after the last.
 *
 * @param {string} title
 * @param {(at: { browser: import("puppeteer-core").Browser, site: Awaited<ReturnType<typeof
 *   servePackage>> }) => void} define defines the tests
 * @param {string[]} [more] folders with more files
 */
export function inChromium(title, define, more) {
  describe(title, { skip: noChromium, timeout: 240_000 }, () => {
    const at = /** @type {any} */ ({});
    before(async () =>
      Object.assign(at, { browser: await launch(), site: await servePackage(more) }),
    );
    after(async () => {
      await at.browser?.close();
      await at.site?.stop();
    });
    define(at);
  });
}
