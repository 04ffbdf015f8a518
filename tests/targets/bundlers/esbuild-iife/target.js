import { checkBuild } from "../check-build.js";

export default {
  title: "esbuild 0.28.2, --format=iife, a classic script",
  base: "bundlers/esbuild",
  isQuick: true,
  check: checkBuild({ folders: ["dist", "public"] }),
};
