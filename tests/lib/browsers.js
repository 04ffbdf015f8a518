// The browsers that are installed here, and how they are started.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const CHROMIUM = [
  process.env.CHROMIUM_PATH,
  "chromium",
  "chromium-browser",
  "google-chrome",
  "google-chrome-stable",
  "chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
  "C:/Program Files/Google/Chrome/Application/chrome.exe",
];
const FIREFOX = [
  process.env.FIREFOX_PATH,
  "firefox-esr",
  "firefox",
  "/Applications/Firefox.app/Contents/MacOS/firefox",
  "C:/Program Files/Mozilla Firefox/firefox.exe",
];
const WEBKIT = [process.env.WEBKIT_DRIVER_PATH, "WebKitWebDriver"];
/** The client of WebDriver has a manifest of its own. */
const CLIENT = fileURLToPath(new URL("../webkit", import.meta.url));

/**
 * @typedef {object} Installed
 * @property {"chrome" | "firefox" | "webkit"} name as Puppeteer calls it
 * @property {string} title
 * @property {string | undefined} path
 * @property {string | false} missing why its tests cannot run here
 */

/** @type {Installed} */
export const chromium = installed("chrome", "Chromium", CHROMIUM, "chromium", "CHROMIUM_PATH");

/** By WebDriver BiDi. @type {Installed} */
export const firefox = installed("firefox", "Firefox", FIREFOX, "firefox-esr", "FIREFOX_PATH");

/**
 * WebKitGTK, by WebDriver (tests/webkit/), on a screen in memory: the stand-in for Safari. Its
 * window is private.
 *
 * @type {Installed}
 */
export const webkit = installed(
  "webkit",
  "WebKit",
  WEBKIT,
  "webkit2gtk-driver",
  "WEBKIT_DRIVER_PATH",
);
webkit.missing ||= !which("Xvfb") && "no Xvfb was found: install it (apt-get install xvfb)";
webkit.missing ||=
  !existsSync(`${CLIENT}/node_modules`) &&
  "no client of WebDriver was found: npm ci --prefix tests/webkit --ignore-scripts";

/**
 * What Chromium makes for each new window that has an address bar: pages of its own, which take as
 * long as a page that is tested.
 */
const ADDRESS_BAR = ["WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup"];
const WITHOUT_ADDRESS_BAR = `--disable-features=${ADDRESS_BAR}`;

/** All of them. */
export const BROWSERS = [chromium, firefox, webkit];

/** Why the tests in Chromium cannot run here, or false. */
export const noChromium = chromium.missing;

/**
 * @param {import("puppeteer-core").LaunchOptions} [options] not for WebKit
 * @param {Installed} [browser]
 * @returns {Promise<import("puppeteer-core").Browser>} WebKit's has the methods that tests use
 */
export async function launch(options = {}, browser = chromium) {
  if (browser === webkit) {
    const { launchWebKit } = await import(pathToFileURL(`${CLIENT}/browser.js`).href);
    return launchWebKit(browser.path);
  }
  const isRoot = process.getuid?.() === 0; // Chromium's sandbox does not work for root
  const forChromium = [WITHOUT_ADDRESS_BAR, ...(isRoot ? ["--no-sandbox"] : [])];
  return puppeteer.launch({
    browser: browser.name,
    executablePath: browser.path,
    headless: true,
    args: browser === chromium ? forChromium : [],
    ...options,
  });
}

function installed(name, title, programs, debian, variable) {
  const path = programs
    .map((program) => (program?.includes("/") ? program : program && which(program)))
    .find((found) => found && existsSync(found));
  const missing =
    !path &&
    `no ${title} was found: install one (apt-get install ${debian}) or name it in ${variable}`;
  return { name, title, path, missing };
}

function which(program) {
  return spawnSync("which", [program], { encoding: "utf8" }).stdout?.trim();
}
