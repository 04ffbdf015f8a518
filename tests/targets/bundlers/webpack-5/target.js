import { checkBuild } from "../check-build.js";

export default {
  title: "webpack 5.113.0, modes production and development",
  isQuick: true,
  check: checkBuild({ scripts: ["build", "dev"], folders: ["dist", "public"] }),
};
