/**
 * `LICENSES.txt` beside the page: the licences of what the page and its workers are bundled from,
 * the package with its own libraries first. The build fails where a licence does not allow that.
 */
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

import { licences } from "../../scripts/licences.js";

const at = (path) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const LINE = `\n${"-".repeat(72)}\n\n`;

/** @returns {{ page: () => import("vite").Plugin, worker: () => import("vite").Plugin }} */
export function bundledLicences() {
  /** @type {Set<string>} the files of all bundles: workers are built before the page ends */
  const inputs = new Set();
  const collect = (bundle) => {
    for (const chunk of Object.values(bundle))
      for (const id of chunk.type === "chunk" ? chunk.moduleIds : []) inputs.add(id.split("?")[0]);
  };
  return {
    worker: () => ({
      name: "licences-of-workers",
      apply: "build",
      generateBundle: (_options, bundle) => collect(bundle),
    }),
    page: () => ({
      name: "licences",
      apply: "build",
      generateBundle: {
        order: "post",
        async handler(_options, bundle) {
          collect(bundle);
          const own = `pocketrec (MIT)\n\n${await readFile(at("LICENSE"), "utf8")}`;
          const core = await readFile(at("dist/LICENSES.txt"), "utf8");
          const source = [own, core, licences(inputs)].join(LINE);
          this.emitFile({ type: "asset", fileName: "LICENSES.txt", source });
        },
      },
    }),
  };
}
