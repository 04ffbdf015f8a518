// The browsers that are installed here, and how they are started.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
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

/**
 * @typedef {object} Installed
 * @property {"chrome" | "firefox"} name as Puppeteer calls it
 * @property {string} title
 * @property {string | undefined} path
 * @property {string | false} missing why its tests cannot run here
 */

/** @type {Installed} */
export const chromium = installed("chrome", "Chromium", CHROMIUM, "chromium");

/** By WebDriver BiDi. @type {Installed} */
export const firefox = installed("firefox", "Firefox", FIREFOX, "firefox-esr");

/** Why the tests in Chromium cannot run here, or false. */
export const noChromium = chromium.missing;

/**
 * @param {import("puppeteer-core").LaunchOptions} [options]
 * @param {Installed} [browser]
 */
export function launch(options = {}, browser = chromium) {
  const isRoot = process.getuid?.() === 0; // Chromium's sandbox does not work for root
  return puppeteer.launch({
    browser: browser.name,
    executablePath: browser.path,
    headless: true,
    args: isRoot && browser === chromium ? ["--no-sandbox"] : [],
    ...options,
  });
}

function installed(name, title, programs, debian) {
  const path = programs
    .map((program) => (program?.includes("/") ? program : program && which(program)))
    .find((found) => found && existsSync(found));
  const variable = debian === "chromium" ? "CHROMIUM_PATH" : "FIREFOX_PATH";
  const missing =
    !path &&
    `no ${title} was found: install one (apt-get install ${debian}) or name it in ${variable}`;
  return { name, title, path, missing };
}

function which(program) {
  return spawnSync("which", [program], { encoding: "utf8" }).stdout?.trim();
}
