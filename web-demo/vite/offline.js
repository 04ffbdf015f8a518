/**
 * Makes `sw.js`, the worker that keeps the page for visits without a network: service-worker.js
 * with the names of all files but weights, and a version, which is a hash of their contents.
 * Weights are kept by pocketrec/cache.
 */
import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const WORKER = fileURLToPath(new URL("service-worker.js", import.meta.url));

/** @returns {import("vite").Plugin} */
export function offline() {
  let publicDir;
  return {
    name: "offline",
    apply: "build",
    configResolved: (config) => void ({ publicDir } = config),
    generateBundle: {
      order: "post", // after the page
      async handler(_options, bundle) {
        const files = new Map(
          Object.values(bundle)
            .filter(({ fileName }) => !/\.(safetensors|map)$/.test(fileName))
            .map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]),
        );
        for (const name of await readdir(publicDir))
          files.set(name, await readFile(`${publicDir}/${name}`));
        const hash = createHash("sha256");
        for (const [name, content] of [...files].sort()) hash.update(name).update(content);
        files.delete("index.html"); // its address is the folder's
        const lists = { FILES: [...files.keys()].sort(), VERSION: hash.digest("hex").slice(0, 12) };
        const code = await readFile(WORKER, "utf8");
        const source = code.replace(
          /^\/\* global FILES, VERSION \*\/$/m,
          Object.entries(lists)
            .map(([name, value]) => `const ${name} = ${JSON.stringify(value)};`)
            .join("\n"),
        );
        this.emitFile({ type: "asset", fileName: "sw.js", source });
      },
    },
  };
}
