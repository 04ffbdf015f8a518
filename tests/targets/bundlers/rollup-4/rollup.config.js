import { nodeResolve } from "@rollup/plugin-node-resolve";

// Each worker script of your own is an input.
export default {
  input: ["src/main.js", "shared/own-worker.js"],
  output: { dir: "dist" },
  plugins: [nodeResolve()],
};
