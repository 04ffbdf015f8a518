import { installNode } from "../node-program.js";
import { checkRuntime } from "./check-runtime.js";

/**
 * A target of one version of Node.
 *
 * @param {string} version exact
 * @param {{ isQuick?: boolean }} [options]
 */
export const nodeTarget = (version, { isQuick = false } = {}) => ({
  title: `Node ${version}, import and require`,
  base: "runtimes/node-20",
  isQuick,
  async check(app) {
    const program = await installNode(version);
    await checkRuntime(app, program, ["main.mjs"]);
    await checkRuntime(app, program, ["main.cjs"]);
  },
});
