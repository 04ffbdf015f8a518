// Puts what the page loads into public/: the package's files, the weights and their manifest.
import { execFileSync } from "node:child_process";
import { copyFileSync } from "node:fs";

for (const file of ["dist/index.js", "dist/cache.js", "examples/first/books.safetensors"])
  copyFileSync(`node_modules/pocketrec/${file}`, `public/${file.split("/").at(-1)}`);
execFileSync("npx", ["pocketrec", "manifest", "books.safetensors", "-o", "manifest.json"], {
  cwd: "public",
  stdio: "inherit",
});
