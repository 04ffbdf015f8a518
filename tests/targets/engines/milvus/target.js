import { pathToFileURL } from "node:url";

import { installMilvus } from "../../../lib/milvus-lite.js";
import { checkEngineApp } from "../check-engine.js";

export default {
  title: "Milvus (Milvus Lite 3.2.2, its Node client 3.0.6)",
  minutes: 10,
  check(app) {
    const missing = installMilvus();
    if (missing) return `skipped: no Milvus Lite: ${missing}`;
    return checkEngineApp(app, [String(pathToFileURL("tests/lib/milvus-lite.js"))]);
  },
};
