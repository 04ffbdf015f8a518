// WebKitGTK by WebDriver, with the methods of Puppeteer's browsers, contexts and pages that the
// tests use. WebDriver starts MiniBrowser in a private window: each session has a storage of its
// own, in memory.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Builder, Capabilities } from "selenium-webdriver";

import { freePort } from "../../scripts/free-port.js";
import { FrontHost } from "./front-host.js";
import { WebKitPage } from "./page.js";
import { spawnBound, startScreen, within } from "./processes.js";

const TIMEOUTS = { script: 120_000, pageLoad: 60_000 };
/** For a command that the driver does not end itself, and for the end of a session. */
const COMMAND_MS = 150_000;
const QUIT_MS = 10_000;

/** @param {string} driverPath of WebKitWebDriver */
export async function launchWebKit(driverPath) {
  const folder = mkdtempSync(join(tmpdir(), "pocketrec-webkit-"));
  return new WebKitBrowser(driverPath, await startScreen(), folder);
}

class WebKitBrowser {
  #driverPath;
  #screen;
  #folder;
  /** @type {Set<WebKitContext>} */
  #contexts = new Set();

  constructor(driverPath, screen, folder) {
    this.#driverPath = driverPath;
    this.#screen = screen;
    this.#folder = folder;
  }

  /** A private window of its own: a driver has one session at a time. */
  async createBrowserContext() {
    const port = await freePort();
    const driver = spawnBound(this.#driverPath, [`--port=${port}`], {
      ...process.env,
      DISPLAY: this.#screen.display,
      GDK_BACKEND: "x11",
      NO_AT_BRIDGE: "1",
      XDG_CACHE_HOME: join(this.#folder, "cache"),
      XDG_CONFIG_HOME: join(this.#folder, "config"),
      XDG_DATA_HOME: join(this.#folder, "data"),
    });
    const address = `http://127.0.0.1:${port}`;
    const session = await answering(address).then(() =>
      new Builder()
        .usingServer(address)
        .withCapabilities(new Capabilities({ browserName: "MiniBrowser", timeouts: TIMEOUTS }))
        .build(),
    );
    const context = new WebKitContext(session, await session.getWindowHandle(), async () => {
      this.#contexts.delete(context);
      await within(session.quit(), QUIT_MS, "the end of a session").catch(() => {});
      await driver.stop();
    });
    this.#contexts.add(context);
    return context;
  }

  async close() {
    await Promise.all([...this.#contexts].map((context) => context.close()));
    await this.#screen.stop();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Tabs with one storage. */
class WebKitContext {
  #session;
  #end;
  /** The tab that has the session's commands. @type {string | undefined} */
  #current;
  /** An empty tab, such as the one that the session starts with. @type {string | undefined} */
  #free;
  /** The commands before the next one. @type {Promise<unknown>} */
  #before = Promise.resolve();
  /** By the origin behind them. @type {Map<string, Promise<FrontHost>>} */
  #hosts = new Map();
  /** @type {Set<WebKitPage>} */
  #pages = new Set();

  /**
   * @param {import("selenium-webdriver").WebDriver} session
   * @param {string} first the handle of its tab
   * @param {() => Promise<void>} end
   */
  constructor(session, first, end) {
    this.#session = session;
    this.#free = this.#current = first;
    this.#end = end;
  }

  async newPage() {
    const handle = await this.#exclusive(async () => {
      const handle = this.#free ?? (await this.#newTab());
      this.#free = undefined;
      return handle;
    });
    const page = new WebKitPage(this, handle);
    this.#pages.add(page);
    return page;
  }

  async #newTab() {
    const [other] = this.#pages;
    if (!this.#current) await this.#session.switchTo().window(other.handle);
    await this.#session.switchTo().newWindow("tab");
    return (this.#current = await this.#session.getWindowHandle());
  }

  /**
   * Sends commands to a tab. A session has one at a time.
   *
   * @template T
   * @param {string} handle
   * @param {(session: import("selenium-webdriver").WebDriver) => Promise<T>} work
   * @returns {Promise<T>}
   */
  inTab(handle, work) {
    return this.#exclusive(async () => {
      if (this.#current !== handle) await this.#session.switchTo().window(handle);
      this.#current = handle;
      return work(this.#session);
    });
  }

  /** Closes a tab. The session would end with the last one. @param {WebKitPage} page */
  async forget(page) {
    this.#pages.delete(page);
    if (this.#pages.size === 0) this.#free ??= await this.#exclusive(() => this.#newTab());
    await this.inTab(page.handle, (session) => session.close());
    this.#current = undefined;
  }

  /**
   * A host in front of an origin, which tells what happens, and lets scripts run first.
   * @param {string} origin
   */
  hostBefore(origin) {
    if (!this.#hosts.has(origin)) {
      const tell = (event, ...values) => this.#pages.forEach((page) => page.emit(event, ...values));
      this.#hosts.set(origin, FrontHost.start(origin, tell));
    }
    return this.#hosts.get(origin);
  }

  async close() {
    this.#pages.clear();
    await this.#end();
    for (const host of this.#hosts.values()) await (await host).stop();
  }

  #exclusive(work) {
    const done = this.#before.then(() => within(work(), COMMAND_MS, "a command of the driver"));
    this.#before = done.catch(() => {});
    return done;
  }
}

/** Waits until a driver answers. */
async function answering(address) {
  for (const end = Date.now() + 30_000; Date.now() < end;) {
    const response = await fetch(`${address}/status`).catch(() => undefined);
    if (response?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error("WebKitWebDriver does not answer");
}
