#!/usr/bin/env node
/**
 * The command `pocketrec`: runs pocketrec-cli where the app has installed it, beside the app or
 * beside this package, and otherwise says how to get it. An app that only ranks needs none of it.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const places = [pathToFileURL(join(process.cwd(), "pocketrec.js")), import.meta.url];
const command = places.map(find).find((path) => path !== undefined);

if (command) await import(pathToFileURL(command).href);
else {
  const words = process.argv.slice(2).map(quoted);
  console.error(
    "pocketrec: the command line is a package of its own, which is not installed here.\n" +
      `Run it without installing:  npx pocketrec-cli ${words.join(" ")}\n` +
      "Or install it:              npm install --save-dev pocketrec-cli",
  );
  process.exitCode = 2;
}

/** A word in quotes, where it needs them. @param {string} word */
function quoted(word) {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}

/**
 * @param {string | URL} place the file whose packages are searched
 * @returns {string | undefined} the path of the command line
 */
function find(place) {
  try {
    return createRequire(place).resolve("pocketrec-cli");
  } catch {
    return undefined;
  }
}
