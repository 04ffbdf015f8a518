// Visits to the demo's page, the same in Chromium, in Firefox and in WebKit.
import assert from "node:assert/strict";
import { after, before, describe } from "node:test";

import { chromium, firefox, launch, webkit } from "./browsers.js";
import { serveDemo } from "./demo.js";
import { seldomIn } from "./long.js";

const QUIET = 250; // ms without a change of what is shown, after which a section is idle
const PATIENCE = 30_000;
const SCHEMES = { dark: 0, light: 1 }; // Firefox's numbers

/**
 * @typedef {import("puppeteer-core").Page} Page
 *
 * @typedef {object} Visit
 * @property {(...args: any[]) => void} [prepare] runs in the page before its own scripts
 * @property {{ width: number, height: number }} [viewport] default 1280 x 900
 * @property {"light" | "dark"} [theme] default light
 * @property {string} [language] of the browser, default "en"
 * @property {boolean} [reducedMotion] default false
 * @property {string} [address] of another server than the suite's
 *
 * @typedef {object} At
 * @property {"chrome" | "firefox" | "webkit"} browser
 * @property {Awaited<ReturnType<typeof serveDemo>>} demo
 * @property {(hash?: string, visit?: Visit) => Promise<Page>} open a new visitor with own storage;
 *   waits until the section is idle
 * @property {(page: Page) => Promise<void>} close ends the visit. Asserts that there was no error
 *   or warning in the console, no violation of the policy, no failed request and none to another
 *   origin
 * @property {(page: Page) => { method: string, url: string }[]} sent the requests of a visit
 */

/**
 * Suites in Chromium and in Firefox. The tests of a suite share a browser and a server, which start
 * before the first and stop after the last. Where a browser is missing, its suite is skipped.
 *
 * @param {string} title
 * @param {(at: At) => void} define defines the tests
 * @param {{ timeout?: number, skipFirefox?: string | false, alsoWebKit?: boolean }} [options]
 *   timeout: ms for a suite; skipFirefox: why not in Firefox; alsoWebKit: in its private window
 */
export function inBrowsers(
  title,
  define,
  { timeout = 240_000, skipFirefox = false, alsoWebKit = false } = {},
) {
  for (const browser of [chromium, firefox, ...(alsoWebKit ? [webkit] : [])]) {
    const skip = browser.missing || (browser === firefox && skipFirefox);
    describe(`${title}, in ${browser.title}`, { skip, timeout }, () => {
      const browsers = new Browsers(browser);
      const at = /** @type {At} */ ({ browser: browser.name });
      before(async () => {
        at.demo = await serveDemo();
        Object.assign(at, visits(browsers, at.demo.address));
      });
      after(async () => {
        await browsers.close();
        await at.demo?.stop();
      });
      define(at);
    });
  }
}

/**
 * Why a test is for Chromium alone, or false: POCKETREC_LONG=1 runs all in Firefox too. Without,
 * Firefox opens every section in the tests of addresses.
 */
export const notInFirefox = seldomIn("firefox").skip;

/**
 * The suite of a section: in Chromium, and with POCKETREC_LONG=1 in Firefox too.
 *
 * @param {string} title
 * @param {(at: At) => void} define
 * @param {{ timeout?: number }} [options]
 */
export function inSection(title, define, options) {
  inBrowsers(title, define, { ...options, skipFirefox: notInFirefox });
}

/** Running browsers. Firefox takes the visitor's preferences when it starts, so it has one each. */
class Browsers {
  #which;
  #running = new Map();

  constructor(which) {
    this.#which = which;
  }

  async newPage({ theme = "light", reducedMotion = false }) {
    const isFirefox = this.#which === firefox;
    const extraPrefsFirefox = {
      "layout.css.prefers-color-scheme.content-override": SCHEMES[theme],
      "ui.prefersReducedMotion": Number(reducedMotion),
    };
    const key = isFirefox ? JSON.stringify(extraPrefsFirefox) : "";
    if (!this.#running.has(key))
      this.#running.set(key, launch(isFirefox ? { extraPrefsFirefox } : {}, this.#which));
    const context = await (await this.#running.get(key)).createBrowserContext();
    const page = await context.newPage();
    if (this.#which === chromium)
      await page.emulateMediaFeatures([
        { name: "prefers-color-scheme", value: theme },
        { name: "prefers-reduced-motion", value: reducedMotion ? "reduce" : "no-preference" },
      ]);
    return page;
  }

  async close() {
    for (const starting of this.#running.values()) await (await starting).close();
  }
}

function visits(browsers, home) {
  const records = new WeakMap();
  return {
    async open(hash = "", visit = {}) {
      const { prepare, viewport = { width: 1280, height: 900 }, language = "en" } = visit;
      const { address = home } = visit;
      const page = await browsers.newPage(visit);
      records.set(page, record(page, new URL(address).origin));
      await page.setViewport(viewport);
      await page.evaluateOnNewDocument(asLanguage, language);
      await page.evaluateOnNewDocument(reportViolations);
      if (prepare) await page.evaluateOnNewDocument(prepare);
      await page.goto(address + hash);
      await settled(page);
      return page;
    },
    async close(page) {
      assert.deepEqual(records.get(page).complaints, []);
      await page.browserContext().close();
    },
    sent: (page) => records.get(page).sent,
  };
}

function record(page, origin) {
  const complaints = [];
  const sent = [];
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    sent.push({ method: request.method(), url });
    if (/^https?:/.test(url) && new URL(url).origin !== origin)
      complaints.push(`a request to ${url}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.status()} ${response.url()}`);
  });
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!/ABORTED/.test(why)) complaints.push(`${request.url()} failed: ${why}`);
  });
  return { complaints, sent };
}

/** Runs in the page: the browser's language. */
function asLanguage(language) {
  Object.defineProperty(Navigator.prototype, "language", { get: () => language });
  Object.defineProperty(Navigator.prototype, "languages", { get: () => [language] });
}

/** Runs in the page. The policy does not cover WebRTC, so that using it at all is reported. */
function reportViolations() {
  document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
    console.error(`policy: ${violatedDirective} ${blockedURI}`),
  );
  globalThis.RTCPeerConnection = function () {
    console.error("WebRTC is used");
  };
}

/**
 * Waits until the section is there and computes nothing: none of its parts is loading or busy, and
 * what is shown stays the same for a while.
 *
 * @param {Page} page
 */
export async function settled(page) {
  // What was quiet before a press says nothing about what the press does.
  await page.evaluate(() => delete globalThis.lastShown);
  await page.waitForFunction(
    (quiet) => {
      const isBusy =
        !document.querySelector("#section-title, .alert") ||
        document.querySelector(".loading, [aria-busy='true']");
      const shown = isBusy ? "" : document.body.innerText;
      const last = globalThis.lastShown;
      if (shown === "" || last?.shown !== shown)
        globalThis.lastShown = { shown, since: performance.now() };
      return shown !== "" && performance.now() - globalThis.lastShown.since >= quiet;
    },
    { polling: 50, timeout: PATIENCE },
    QUIET,
  );
}

/** What an element shows. */
export function text(page, selector) {
  return page.$eval(selector, (element) => element.innerText);
}

/** The MovieLens ids of the films below an element, in order. */
export function films(page, selector) {
  return page.$$eval(`${selector} [data-film]`, (rows) =>
    rows.map((row) => Number(row.dataset.film)),
  );
}

/** Moves a slider (or fills a field), as dragging does, and waits until the section is idle. */
export async function setRange(page, selector, value) {
  await page.$eval(
    selector,
    (input, value) => {
      input.value = String(value);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.dispatchEvent(new Event("change", { bubbles: true }));
    },
    value,
  );
  await settled(page);
}

/**
 * Presses a button, a link or a label, and waits until the section is idle.
 *
 * @param {Page} page
 * @param {string} selector of Puppeteer: `button ::-p-text(Step)` finds one by its text
 */
export async function press(page, selector) {
  await page.locator(selector).click();
  await settled(page);
}
