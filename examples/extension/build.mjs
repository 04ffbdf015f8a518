// Copies the package's files into the extension: extensions load nothing from elsewhere.
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";

const PACKAGE = "node_modules/pocketrec";
const TO = "extension/pocketrec";

mkdirSync(TO, { recursive: true });
for (const name of readdirSync(`${PACKAGE}/dist`).filter((name) => /^[\w-]+\.js$/.test(name)))
  copyFileSync(`${PACKAGE}/dist/${name}`, `${TO}/${name}`);
copyFileSync(`${PACKAGE}/examples/first/books.safetensors`, `${TO}/books.safetensors`);
