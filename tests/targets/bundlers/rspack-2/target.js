import { checkBuild } from "../check-build.js";

export default {
  title: "Rspack 2.3.4, modes production and development",
  base: "bundlers/webpack-5",
  check: checkBuild({ scripts: ["build", "dev"], folders: ["dist", "public"] }),
};
