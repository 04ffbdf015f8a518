import { arch, platform } from "node:process";

import { programOf } from "../../node-program.js";
import { checkRuntime } from "../check-runtime.js";

// The package `bun` has an install script; the packages that hold the program have none.
const SYSTEM = platform === "win32" ? "windows" : platform;
const PACKAGE = `@oven/bun-${SYSTEM}-${arch === "arm64" ? "aarch64" : arch}`;
const VERSION = "1.4.5";

export default {
  title: `Bun ${VERSION}, import and require`,
  base: "runtimes/node-20",
  async check(app) {
    await app.install(["--no-save", `${PACKAGE}@${VERSION}`]);
    const program = programOf(app, `${PACKAGE}/bin/bun`);
    await checkRuntime(app, program, ["main.mjs"]);
    await checkRuntime(app, program, ["main.cjs"]);
  },
};
