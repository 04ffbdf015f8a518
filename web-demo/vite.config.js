import { fileURLToPath } from "node:url";
import { defineConfig } from "vite";
import { compress } from "./vite/compress.js";
import { formulas } from "./vite/formulas.js";
import { bundledLicences } from "./vite/licences.js";
import { models } from "./vite/models.js";
import { offline } from "./vite/offline.js";
import { policy } from "./vite/policy.js";

const licences = bundledLicences();

/** The page is built to dist/ with relative addresses: it runs below any path of any host. */
export default defineConfig({
  root: "page",
  base: "./",
  publicDir: "public",
  plugins: [formulas(), models(), policy(), offline(), compress(), licences.page()],
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
  resolve: {
    alias: Object.entries(entries()).map(([find, replacement]) => ({ find, replacement })),
  },
  worker: { format: "es", plugins: () => [licences.worker()] },
  build: {
    outDir: "../dist",
    emptyOutDir: true,
    target: "es2022",
    assetsInlineLimit: 0,
    rolldownOptions: { checks: { pluginTimings: false } },
  },
  server: { fs: { allow: [".."] } },
});

/** The package as it ships. */
function entries() {
  const file = (name) => fileURLToPath(new URL(`../dist/${name}.js`, import.meta.url));
  const names = ["history", "cache", "worker", "worker-thread", "privacy"];
  return {
    ...Object.fromEntries(names.map((name) => [`pocketrec/${name}`, file(name)])),
    pocketrec: file("index"),
  };
}
