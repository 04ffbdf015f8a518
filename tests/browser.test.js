/**
 * The demo's page in a real Chromium: it does what it says, and no request carries anything of the visitor's history.
 *
 * Requests are recorded on both sides. What the server receives is all that can reach it, however it was sent; what
 * the browser reports shows requests to anywhere else. POCKETREC_SCREENSHOT=FOLDER keeps a picture of the page.
 */
import assert from "node:assert/strict";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import puppeteer from "puppeteer-core";
import { createServer } from "../web-demo/server.js";

const MODELS = fileURLToPath(new URL("../web-demo/models/", import.meta.url));
const BROWSERS = [
  process.env.CHROMIUM_PATH,
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/usr/bin/google-chrome-stable",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];
const executablePath = BROWSERS.find((path) => path && existsSync(path));
const skip = executablePath
  ? false
  : "no Chromium was found: install one (apt-get install chromium) or name it in CHROMIUM_PATH";

const catalogue = JSON.parse(readFileSync(join(MODELS, "catalogue.json"), "utf8"));

describe("the demo in Chromium", { skip, timeout: 240_000 }, () => {
  let browser;
  let demo;

  before(async () => {
    browser = await puppeteer.launch({ executablePath, headless: true, args: ["--no-sandbox"] });
    demo = await serve();
  });

  after(async () => {
    await browser?.close();
    demo?.server.close();
    demo?.server.closeAllConnections();
  });

  test("ratings make the list, change it, survive a reload and can be forgotten", async () => {
    const visit = await open(browser, demo);
    const { page } = visit;
    assert.equal(await heading(page), "The server’s list");
    const served = await ids(page, "#list");

    const [first, second, third, fourth] = await ids(page, "#found");
    await rate(page, first, 5);
    await rate(page, second, 4);
    await rate(page, third, 2);
    assert.equal(await heading(page), "Your list");
    const personal = await ids(page, "#list");
    assert.equal(personal.length, 20);
    assert.notDeepEqual(personal, served);
    for (const film of [first, second, third]) assert.ok(!personal.includes(film), "a rated film is not recommended");
    const timing = await text(page, "#timing");
    assert.match(timing, /Fitted to you in\s*(< )?\d+(\.\d)?\s*ms/);
    assert.match(timing, /\d+ ranked in\s*(< )?\d+(\.\d)?\s*ms/);
    assert.match(timing, /Weights\s*\d+\.\d\s*MB/);

    await rate(page, fourth, 1);
    const afterFourth = await ids(page, "#list");
    assert.notDeepEqual(afterFourth, personal);
    assert.deepEqual(await ids(page, "#ratings"), [fourth, third, second, first]);

    await page.locator(`#ratings [data-film="${first}"] .remove`).click();
    assert.deepEqual(await ids(page, "#ratings"), [fourth, third, second]);
    const afterRemoval = await ids(page, "#list");
    assert.notDeepEqual(afterRemoval, afterFourth);
    await screenshot(page, "demo.png");

    await page.reload();
    await ready(page);
    assert.deepEqual(await ids(page, "#ratings"), [fourth, third, second]);
    assert.equal(await heading(page), "Your list");

    await page.locator("#forget").click();
    assert.equal(await page.$("#ratings"), null);
    assert.deepEqual(await ids(page, "#list"), served);
    assert.equal(await page.evaluate(() => localStorage.length), 0);
    await close(visit);
  });

  test("no request carries anything of the visitor's history", async () => {
    const blank = await tour(browser, demo, []);
    const films = unmistakable(wordsOf(blank)).slice(0, 4);
    const ratings = films.map((film, place) => [film, 5 - place]);
    const visit = await tour(browser, demo, ratings);

    assert.ok(visit.received.length > 10, "requests were recorded");
    for (const request of [...visit.received, ...visit.sent]) {
      assert.equal(request.method, "GET", `${request.method} ${request.url}`);
      assert.equal(request.body, "", `${request.url} has a body`);
      assert.ok(new URL(request.url, demo.address).href.startsWith(demo.address), `${request.url} is elsewhere`);
      assert.equal(request.headers.cookie, undefined);
      const words = wordsOf({ received: [request] });
      for (const film of films) {
        const carried = tellTale(film).filter((word) => words.has(word));
        assert.deepEqual(carried, [], `${request.url} carries something of "${film.title}"`);
      }
    }
    assert.deepEqual(visit.sockets, []);
  });

  test("visitors with different ratings, and with none, send exactly the same", async () => {
    const films = [...catalogue].sort((a, b) => b.popularity - a.popularity);
    const [dramas, comedies] = ["Drama", "Comedy"].map((genre) => films.filter(({ genres }) => genres.includes(genre)));
    const one = await tour(browser, demo, dramas.slice(10, 15).map((film) => [film, 5]));
    const other = await tour(browser, demo, comedies.slice(40, 43).map((film) => [film, 1]));
    const nobody = await tour(browser, demo, []);
    assert.notDeepEqual(one.list, other.list, "these two see different lists");
    for (const visit of [other, nobody]) {
      assert.deepEqual(onlyIn(visit, one), [], "what one visitor sends and the other does not");
      assert.deepEqual(onlyIn(one, visit), [], "what one visitor sends and the other does not");
    }
  });

  test("the page shows the very requests that the server received", async () => {
    const visit = await open(browser, demo);
    await choose(visit.page, "Recent");
    await settled(visit.page);
    const shown = await visit.page.$$eval("#requests code", (codes) => codes.map((code) => code.textContent));
    assert.deepEqual(new Set(shown), new Set(visit.received.map(({ url }) => url)));
    await close(visit);
  });

  test("it can be used by keyboard alone", async () => {
    const visit = await open(browser, demo);
    const { page } = visit;
    const film = catalogue.find(({ title }) => title === "Toy Story") ?? catalogue[0];
    await page.focus("#search");
    await page.keyboard.type(film.title.toLowerCase());
    await page.keyboard.press("Tab");
    for (let presses = 0; presses < 3; presses += 1) await page.keyboard.press("ArrowRight");
    assert.equal(await page.$("#ratings"), null, "going from star to star rates nothing");
    await page.keyboard.press("Enter");
    assert.deepEqual(await ids(page, "#ratings"), [String(film.id)]);
    assert.equal((await page.$$("#ratings .star.lit")).length, 4);

    await page.focus("#list li:nth-child(2) [tabindex='0']");
    await page.keyboard.press("5");
    const place = await page.$$eval("#list li", (rows) => rows.findIndex((row) => row.matches(":focus-within")));
    assert.equal(place, 1, "the focus goes on from where the rated row was");
    await close(visit);
  });

  test("damaged or forbidden storage does no harm", async () => {
    const damaged = await open(browser, demo, () => {
      localStorage.setItem("pocketrec-demo-ratings", '[[1,9],["<b>",3],null,{"length":2}]');
    });
    assert.equal(await damaged.page.$("#ratings"), null);
    await close(damaged);

    const forbidden = await open(browser, demo, () => {
      const get = () => {
        throw new DOMException("denied", "SecurityError");
      };
      Object.defineProperty(window, "localStorage", { get });
    });
    const [film] = await ids(forbidden.page, "#found");
    await rate(forbidden.page, film, 5);
    assert.deepEqual(await ids(forbidden.page, "#ratings"), [film]);
    await close(forbidden);
  });

  test("films that do not arrive are said, and can be asked for again", async () => {
    const page = await browser.newPage();
    await page.setRequestInterception(true);
    let broken = true;
    page.on("request", (request) => {
      if (broken && request.url().endsWith("/catalogue.json")) request.abort();
      else request.continue();
    });
    await page.goto(demo.address);
    await page.waitForSelector(".trouble");
    assert.match(await text(page, "#app"), /^The films did not arrive\. The server cannot be reached/);
    broken = false;
    await page.locator(".trouble button").click();
    await page.waitForSelector("#timing");
    assert.equal(await page.$(".trouble"), null);
    await page.close();
  });

  test("missing weights are said, and can be tried again", async () => {
    const models = mkdtempSync(join(tmpdir(), "pocketrec-demo-"));
    copyFileSync(join(MODELS, "catalogue.json"), join(models, "catalogue.json"));
    const incomplete = await serve({ folders: { "/models/": models } });
    const { page } = await open(browser, incomplete);
    assert.match(await text(page, ".trouble"), /The model cannot be used\./);
    assert.equal((await ids(page, "#list")).length, 20, "the server's list is there all the same");

    copyFileSync(join(MODELS, "neumf.safetensors"), join(models, "neumf.safetensors"));
    await page.locator(".trouble button").click();
    await page.waitForSelector("#timing");
    await page.close();
    incomplete.server.close();
    incomplete.server.closeAllConnections();
    rmSync(models, { recursive: true });
  });
});

/** A server that records what it receives. */
async function serve(options) {
  const server = createServer(options);
  const demo = { server, address: "", received: [] };
  server.prependListener("request", (request) => {
    const { method, url, headers } = request;
    const entry = { method, url, headers: { ...headers }, body: "" };
    demo.received.push(entry);
    request.on("data", (chunk) => (entry.body += chunk));
  });
  server.on("upgrade", (request, socket) => {
    demo.received.push({ method: "UPGRADE", url: request.url, headers: request.headers, body: "" });
    socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  demo.address = `http://127.0.0.1:${server.address().port}/`;
  return demo;
}

/** Somebody new, with a storage and a cache of their own. `prepare` runs in the page before its own scripts. */
async function open(browser, demo, prepare) {
  demo.received.length = 0;
  const context = await browser.createBrowserContext();
  const page = await context.newPage();
  await page.setViewport({ width: 1280, height: 900 });
  const visit = { context, page, received: demo.received, sent: [], sockets: [], complaints: [] };
  await record(visit);
  if (prepare) await page.evaluateOnNewDocument(prepare);
  const response = await page.goto(demo.address);
  assert.match(response.headers()["content-security-policy"] ?? "", /default-src 'none';.*connect-src 'self'/);
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
    // Neither the policy nor the network record covers WebRTC, so that using it at all is a complaint.
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

/** Ends a visit that should have gone without a word of complaint. */
async function close(visit) {
  assert.deepEqual(visit.complaints, []);
  await visit.context.close();
}

/** The page stands when the model has come or has failed to, and there are candidates. */
async function ready(page) {
  await page.waitForSelector("#timing, .trouble");
  await page.waitForSelector("#list [data-film], .trouble");
}

/** Everything that a visitor can do, with these ratings; gives what was sent meanwhile. */
async function tour(browser, demo, ratings) {
  const visit = await open(browser, demo);
  const { page } = visit;
  for (const [film, stars] of ratings) {
    await page.locator("#search").fill(`${film.title} ${film.year}`);
    await rate(page, film.id, stars);
  }
  const list = await ids(page, "#list");
  await choose(page, "Recent");
  await choose(page, "Classics");
  await page.select("select", catalogue[0].genres[0]);
  await settled(page);
  await page.locator(".more").click();
  if (ratings.length > 0) await page.locator("#ratings .remove").click();
  await page.reload();
  await ready(page);
  if (ratings.length > 0) await page.locator("#forget").click();
  await settled(page);
  await page.goto("about:blank"); // what a page sends when it is left counts too
  await pause(300);
  const received = [...demo.received];
  await close(visit);
  return { ...visit, received, list, sent: visit.sent.filter(({ url }) => url !== "about:blank") };
}

async function choose(page, label) {
  await page.locator(`.chooser ::-p-text(${label})`).click();
  await settled(page);
}

async function settled(page) {
  await page.waitForNetworkIdle({ idleTime: 200 });
}

/** Waits until the film's stars are lit, in the list of films to rate. */
async function rate(page, id, stars) {
  await page.locator(`#found [data-film="${id}"] .star:nth-child(${stars})`).click();
  await page.waitForSelector(`#found [data-film="${id}"] .star:nth-child(${stars})[aria-pressed="true"]`);
}

async function ids(page, list) {
  return page.$$eval(`${list} [data-film]`, (rows) => rows.map((row) => row.dataset.film));
}

async function text(page, selector) {
  return page.$eval(selector, (element) => element.innerText);
}

async function heading(page) {
  return text(page, "#ranked-title");
}

async function screenshot(page, name) {
  const folder = process.env.POCKETREC_SCREENSHOT;
  if (folder) await page.screenshot({ path: join(folder, name), fullPage: true });
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** What would tell one film from another. */
function tellTale({ id, row, title }) {
  return [String(id), String(row), ...words(title).filter((word) => word.length > 3)];
}

/** Well-known films of which no number and no word occurs in what anybody's browser sends. */
function unmistakable(taken) {
  return [...catalogue]
    .sort((a, b) => b.popularity - a.popularity)
    .filter((film) => film.id > 99 && film.row > 99 && film.id !== film.row)
    .filter((film) => tellTale(film).every((word) => !taken.has(word)));
}

function wordsOf({ received }) {
  const texts = received.map(({ url, headers, body }) => [decodeURIComponent(url), JSON.stringify(headers), body]);
  return new Set(texts.flat().flatMap(words));
}

function words(text) {
  return text.toLowerCase().split(/[^\p{L}\p{N}]+/u).filter(Boolean);
}

/** What the server saw of one visit and not as often of the other. */
function onlyIn(visit, other) {
  const left = other.received.map(canonical);
  return visit.received.map(canonical).filter((request) => {
    const at = left.indexOf(request);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

/** Browsers put headers in another order when their memory cache asks than when their disk cache does. */
function canonical({ method, url, headers, body }) {
  const sorted = Object.entries(headers).map(([name, value]) => `${name}: ${value}`).sort();
  return [`${method} ${url}`, ...sorted, body].join("\n");
}
