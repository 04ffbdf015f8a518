// A visit to the demo's page in Chromium. Both sides record what is sent: the server everything
// that reaches it, the browser also requests to other hosts.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync } from "node:fs";
import { once } from "node:events";
import { join } from "node:path";
import { after, before, describe } from "node:test";
import puppeteer from "puppeteer-core";

import { FILES } from "../../web-demo/page/models/files.js";
import { MODELS as FOLDER, createServer } from "../../web-demo/server.js";

const BROWSERS = [
  process.env.CHROMIUM_PATH,
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];

/** The path of an installed Chromium, or undefined. */
function findChromium() {
  const which = (name) => spawnSync("which", [name], { encoding: "utf8" }).stdout?.trim();
  return BROWSERS.map((name) => (name?.includes("/") ? name : name && which(name))).find(
    (path) => path && existsSync(path),
  );
}

const executablePath = findChromium();

/** Why the browser tests cannot run here, or false. */
export const noChromium = executablePath
  ? false
  : "no Chromium was found: install one (apt-get install chromium) or name it in CHROMIUM_PATH";

/** @param {import("puppeteer-core").LaunchOptions} [options] */
export function launch(options = {}) {
  const isRoot = process.getuid?.() === 0; // Chromium's sandbox does not work for root
  return puppeteer.launch({
    executablePath,
    headless: true,
    args: isRoot ? ["--no-sandbox"] : [],
    ...options,
  });
}

/**
 * A suite in Chromium: its tests share one browser and one server, which start before the first
 * test and stop after the last.
 *
 * @param {string} title
 * @param {(at: { browser: import("puppeteer-core").Browser, demo: Awaited<ReturnType<typeof serve>>
 *   }) => void} define defines the tests
 */
export function inChromium(title, define) {
  describe(title, { skip: noChromium, timeout: 240_000 }, () => {
    const at = /** @type {any} */ ({});
    before(async () => Object.assign(at, { browser: await launch(), demo: await serve() }));
    after(async () => {
      await at.browser?.close();
      await at.demo?.stop();
    });
    define(at);
  });
}

/**
 * The demo's own server, recording what it receives.
 * @param {Parameters<typeof createServer>[0] & { port?: number }} [options]
 */
export async function serve({ port = 0, ...options } = {}) {
  const server = await createServer(options);
  const received = [];
  server.prependListener("request", (request) => {
    const { method, url, headers } = request;
    const entry = { method, url, headers: { ...headers }, body: "" };
    received.push(entry);
    request.on("data", (chunk) => (entry.body += chunk));
  });
  server.on("upgrade", (request, socket) => {
    received.push({ method: "UPGRADE", url: request.url, headers: request.headers, body: "" });
    socket.destroy();
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
  const stop = async () => {
    server.close();
    server.closeAllConnections();
    if (server.listening) await once(server, "close");
  };
  return {
    port: server.address().port,
    address: `http://127.0.0.1:${server.address().port}/`,
    received,
    stop,
  };
}

/**
 * A new visitor, with separate storage and cache.
 *
 * @param {import("puppeteer-core").Browser} browser
 * @param {Awaited<ReturnType<typeof serve>>} demo
 * @param {() => void} [prepare] runs in the page before its own scripts
 */
export async function open(browser, demo, prepare) {
  demo.received.length = 0;
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const visit = { context, page, received: demo.received, sent: [], sockets: [], complaints: [] };
  await record(visit);
  if (prepare) await page.evaluateOnNewDocument(prepare);
  const response = await page.goto(demo.address);
  const policy = response.headers()["content-security-policy"] ?? "";
  assert.match(policy, /default-src 'none';.*connect-src 'self';.*form-action 'none'/);
  await ready(page);
  return visit;
}

async function record(visit) {
  const { page } = visit;
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) visit.complaints.push(message.text());
  });
  page.on("pageerror", (error) => visit.complaints.push(error.message));
  await page.exposeFunction("complain", (what) => visit.complaints.push(what));
  await page.evaluateOnNewDocument(() => {
    document.addEventListener("securitypolicyviolation", (event) => {
      window.complain(`policy: ${event.violatedDirective} ${event.blockedURI}`);
    });
    // Neither the policy nor the network record covers WebRTC, so that using it at all is a
    // complaint.
    window.RTCPeerConnection = function () {
      window.complain("WebRTC is used");
    };
  });

  const network = await page.createCDPSession();
  await network.send("Network.enable");
  network.on("Network.requestWillBeSent", ({ request }) => {
    const body = request.postData ?? (request.hasPostData ? "(a body)" : "");
    visit.sent.push({ method: request.method, url: request.url, headers: request.headers, body });
  });
  for (const event of ["Network.webSocketCreated", "Network.webTransportCreated"]) {
    network.on(event, ({ url }) => visit.sockets.push(url));
  }
}

/** Ends a visit, and asserts that the browser reported no error. */
export async function close(visit) {
  assert.deepEqual(visit.complaints, []);
  await visit.context.close();
}

/** Waits until the model is loaded or failed, and candidates are shown. */
export async function ready(page) {
  await page.waitForSelector("#timing, #funnel, .alert");
  await page.waitForSelector("#list [data-film], .alert");
}

/**
 * For `open`, as `prepare`: allows only the instruction set with the same bits everywhere. The
 * first bytes that are validated are the relaxed module.
 */
export function onlyBaselineSimd() {
  const { validate } = WebAssembly;
  let relaxed;
  WebAssembly.validate = (bytes) => {
    relaxed ??= bytes.length;
    return bytes.length !== relaxed && validate(bytes);
  };
}

/** A new visitor who chooses another model than the default. */
export async function openWith(name, browser, demo, prepare) {
  const visit = await open(browser, demo, prepare);
  await chooseModel(visit.page, name);
  return visit;
}

/**
 * Copies what the demo's server reads to a folder, without the weights of the page.
 */
export function copyServerModels(folder) {
  for (const file of ["catalogue.json", "candidates.safetensors", "ranker.safetensors"]) {
    copyFileSync(join(FOLDER, file), join(folder, file));
  }
}

/**
 * Chooses another model and waits for it. Its label is searched as a word: "DAE" is in "CDAE" too.
 */
export async function chooseModel(page, name) {
  await pressModel(page, name);
  await modelIsThere(page, name);
}

export async function pressModel(page, name) {
  await page.locator(`label:has([value="${name}"])`).click();
}

export function modelIsThere(page, name) {
  if (name === "two-stages") return page.waitForSelector("#funnel");
  return page.waitForFunction(
    (label) => document.querySelector("#timing")?.innerText.split(/\s+/).includes(label),
    {},
    FILES[name].label,
  );
}

export async function choose(page, label) {
  await page.locator(`.chooser ::-p-text(${label})`).click();
  await settled(page);
}

export async function settled(page) {
  await page.waitForNetworkIdle({ idleTime: 200 });
}

/** Waits until the film's stars are lit, in the list of films to rate. */
export async function rate(page, id, stars) {
  const star = `#found [data-film="${id}"] .star:nth-child(${stars})`;
  await page.locator(star).click();
  await page.waitForSelector(`${star}[aria-pressed="true"]`);
}

/** Finds a film by its title and rates it. */
export async function searchAndRate(page, film, stars) {
  await page.locator("#search").fill(`${film.title} ${film.year ?? ""}`);
  await rate(page, film.id, stars);
}

export async function ids(page, list) {
  return page.$$eval(`${list} [data-film]`, (rows) => rows.map((row) => Number(row.dataset.film)));
}

export async function text(page, selector) {
  return page.$eval(selector, (element) => element.innerText);
}
