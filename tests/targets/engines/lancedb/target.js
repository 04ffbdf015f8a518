import { checkEngineApp } from "../check-engine.js";

export default {
  title: "LanceDB 0.37.1 in a folder and on S3-like storage (s3rver 3.7.1)",
  check: checkEngineApp,
};
