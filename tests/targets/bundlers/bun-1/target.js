import { checkBuild } from "../check-build.js";

export default { title: "bun build 1.4.5", base: "bundlers/esbuild", check: checkBuild() };
