import { checkBuild } from "../check-build.js";

export default {
  title: "esbuild 0.28.2, --format=esm",
  check: checkBuild({ folders: ["dist", "public"] }),
};
