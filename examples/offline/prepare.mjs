// Puts what the page loads into public/: the package's files, the weights and their manifest.
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";

const PACKAGE = "node_modules/pocketrec";
const forBrowsers = readdirSync(`${PACKAGE}/dist`).filter((name) => /^[\w-]+\.js$/.test(name));

mkdirSync("public/pocketrec", { recursive: true });
for (const name of forBrowsers) copyFileSync(`${PACKAGE}/dist/${name}`, `public/pocketrec/${name}`);
copyFileSync(`${PACKAGE}/examples/first/books.safetensors`, "public/books.safetensors");

const words = ["pocketrec-cli", "manifest", "books.safetensors", "-o", "manifest.json"];
execFileSync("npx", words, { cwd: "public", stdio: "inherit" });

// What the service worker keeps.
const kept = ["./", "main.js", "manifest.json", ...forBrowsers.map((name) => `pocketrec/${name}`)];
writeFileSync("public/files.json", JSON.stringify(kept));
