import { checkBuild } from "../check-build.js";
import { BLOB_REFUSED, policyHeader } from "../policy.js";

export default {
  title: "Vite 8.4.0, build, Content-Security-Policy without blob:",
  base: "bundlers/vite-8",
  check: checkBuild({ site: { headers: policyHeader() }, script: "file", allow: BLOB_REFUSED }),
};
