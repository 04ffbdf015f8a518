import { checkBuild } from "../check-build.js";

export default {
  title: "Rollup 4.68.8 with node-resolve",
  check: checkBuild({ folders: ["dist", "public", "node_modules/pocketrec/examples/first"] }),
};
