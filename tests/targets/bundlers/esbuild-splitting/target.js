import { checkBuild } from "../check-build.js";

export default {
  title: "esbuild 0.28.2, --format=esm --splitting",
  base: "bundlers/esbuild",
  check: checkBuild({ folders: ["dist", "public"] }),
};
