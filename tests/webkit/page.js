// A tab of WebKit, with the methods of Puppeteer's Page that the tests use.
import { EventEmitter } from "node:events";

const POLL = 20; // ms
/** How long a function may take in the page: a hang is an error that names the function. */
const CALL_MS = 60_000;

export class WebKitPage extends EventEmitter {
  handle;
  #context;
  #scripts = [];
  #calls = 0;
  #isClosed = false;

  /**
   * @param {any} context of browser.js
   * @param {string} handle of WebDriver
   */
  constructor(context, handle) {
    super();
    this.#context = context;
    this.handle = handle;
  }

  browserContext() {
    return this.#context;
  }

  isClosed() {
    return this.#isClosed;
  }

  async close() {
    this.#isClosed = true;
    await this.#context.forget(this);
  }

  #inTab(work) {
    return this.#context.inTab(this.handle, work);
  }

  /**
   * Opens an address. Where something listens to the tab, or scripts run first, its origin is that
   * of a host in front: the same for all tabs of a context.
   */
  async goto(address) {
    const { origin, pathname, search, hash } = new URL(address);
    const isPlain = this.#scripts.length === 0 && this.eventNames().length === 0;
    const front = isPlain ? undefined : await this.#context.hostBefore(origin);
    if (front) front.scripts = this.#scripts;
    const url = `${front?.address ?? origin}${pathname}${search}${hash}`;
    await this.#inTab((session) => session.get(url));
  }

  async reload() {
    await this.#inTab((session) => session.navigate().refresh());
  }

  async goBack() {
    await this.#inTab((session) => session.navigate().back());
  }

  async evaluateOnNewDocument(script, ...values) {
    this.#scripts.push(`(${script})(...${JSON.stringify(values)});`);
  }

  url() {
    return this.#inTab((session) => session.getCurrentUrl());
  }

  async setViewport({ width, height }) {
    await this.#inTab((session) => session.manage().window().setRect({ width, height }));
  }

  /** A PNG. @returns {Promise<Buffer>} */
  async screenshot() {
    return Buffer.from(await this.#inTab((session) => session.takeScreenshot()), "base64");
  }

  /**
   * The result of a function, as JSON has it. The function is started, and asked for its result
   * until it has one: meanwhile other tabs of the session have their turn.
   */
  async evaluate(script, ...values) {
    const code = typeof script === "string" ? `() => (${script})` : String(script);
    const call = ++this.#calls;
    let found = await this.#run(
      `const [call, values, wait] = arguments;
       const calls = (globalThis.callsOfTheTests ??= new Map());
       const started = {};
       calls.set(call, started);
       started.done = (async () => (${code})(...values))().then(
         (value) => (started.result = { value: JSON.stringify(value) }),
         (error) => (started.result = { error: String(error) }),
       );`,
      call,
      values,
    );
    for (const end = Date.now() + CALL_MS; !found?.isDone;) {
      if (Date.now() > end) throw new Error(`over ${CALL_MS} ms in the page: ${code}`);
      if (found === null) throw new Error("the document was replaced during the call");
      found = await this.#run("", call);
    }
    if (typeof found.error === "string") throw new Error(found.error);
    return found.value === null ? undefined : JSON.parse(found.value);
  }

  /** Runs a script, and waits a little for the call's result. */
  #run(script, ...values) {
    return this.#inTab((session) =>
      session.executeAsyncScript(
        `const done = arguments[arguments.length - 1];
         ${script}
         const entry = globalThis.callsOfTheTests?.get(arguments[0]);
         if (!entry) return done(null);
         const give = () => {
           if (!entry.result) return done({ isDone: false });
           globalThis.callsOfTheTests.delete(arguments[0]);
           done({ isDone: true, value: entry.result.value ?? null, error: entry.result.error });
         };
         Promise.race([entry.done, new Promise((end) => setTimeout(end, ${POLL}))]).then(give);`,
        ...values,
      ),
    );
  }

  async waitForFunction(script, { polling = POLL, timeout = 30_000 } = {}, ...values) {
    const call = typeof script === "string" ? "" : `(...${JSON.stringify(values)})`;
    for (const end = Date.now() + timeout; ;) {
      if (await this.evaluate(`(async () => !!(await (${script})${call}))()`)) return;
      if (Date.now() > end) throw new Error(`${timeout} ms have passed, and not yet: ${script}`);
      const pause = typeof polling === "number" ? polling : POLL;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  $eval(selector, script, ...values) {
    return this.evaluate(
      `async () => {
         const [selector, values] = ${JSON.stringify([selector, values])};
         const found = document.querySelector(selector);
         if (!found) throw new Error("no element " + selector);
         return (${script})(found, ...values);
       }`
        .replace(/^/, "(")
        .concat(")()"),
    );
  }

  $$eval(selector, script, ...values) {
    return this.evaluate(
      `(() => {
         const [selector, values] = ${JSON.stringify([selector, values])};
         return (${script})([...document.querySelectorAll(selector)], ...values);
       })()`,
    );
  }

  /** A global of the page: its calls reach the test a moment later. */
  async exposeFunction(name, listen) {
    await this.evaluate((name) => {
      const calls = (globalThis[`calls of ${name}`] = []);
      globalThis[name] = (...values) => void calls.push(values);
    }, name);
    const take = (name) => globalThis[`calls of ${name}`].splice(0);
    const hear = async () => {
      for (const values of await this.evaluate(take, name)) listen(...values);
      setTimeout(() => hear().catch(() => {}), POLL); // until the tab is closed
    };
    await hear();
  }

  /** Whether there is such an element: an object, or null. */
  async $(selector) {
    const isThere = await this.evaluate((selector) => !!document.querySelector(selector), selector);
    return isThere ? { selector } : null;
  }

  /** Clicks an element as a user does, once it is there. */
  async click(selector) {
    await this.waitForFunction(`!!(${find})(${JSON.stringify(selector)})`);
    await this.#inTab(async (session) => {
      const element = await session.executeScript(
        `const element = (${find})(arguments[0]);
         element.scrollIntoView({ block: "center" });
         return element;`,
        selector,
      );
      await /** @type {import("selenium-webdriver").WebElement} */ (element).click();
    });
  }

  locator(selector) {
    return { click: () => this.click(selector) };
  }
}

/** Runs in the page: the first element of a selector, which may end with Puppeteer's text. */
function find(selector) {
  const [, css, text] = selector.match(/^(.*?)(?:\s*::-p-text\((.*)\))?$/);
  return [...document.querySelectorAll(css || "*")].find(
    (element) => text === undefined || element.textContent.includes(text),
  );
}
