// Copies the package's files into the extension: extensions load nothing from elsewhere.
import { copyFileSync, mkdirSync } from "node:fs";

mkdirSync("extension/pocketrec", { recursive: true });
for (const file of ["dist/index.js", "dist/history.js", "examples/first/books.safetensors"])
  copyFileSync(`node_modules/pocketrec/${file}`, `extension/pocketrec/${file.split("/").at(-1)}`);
