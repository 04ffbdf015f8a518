import { checkRuntime } from "../check-runtime.js";

const VERSION = "2.9.6";

// What the package needs beyond files and the network: the history looks for the user's folder.
const RIGHTS = ["--allow-read", "--allow-write", "--allow-net", "--allow-env", "--allow-sys"];

export default {
  title: `Deno ${VERSION}, import and require`,
  base: "runtimes/node-20",
  isQuick: true,
  async check(app) {
    await app.install(["--no-save", `deno@${VERSION}`]);
    await checkRuntime(app, "npx", ["deno", "run", "--no-prompt", ...RIGHTS, "main.mjs"]);
    await checkRuntime(app, "npx", ["deno", "run", "--no-prompt", ...RIGHTS, "main.cjs"]);
  },
};
