/**
 * The entry for Node: as history.js, in a file.
 */
import { argumentError } from "./common/arguments.js";
import { join } from "node:path";
import envPaths from "env-paths";

import { FileStore } from "./history/file-store.js";
import { History } from "./history/history.js";
import { demandName } from "./history/name.js";

export { PocketrecError } from "./common/errors.js";

/** @type {typeof import("./history.js").openHistory} */
export async function openHistory(
  name,
  { folder = envPaths("pocketrec", { suffix: "" }).data, ...options } = {},
) {
  demandName(name);
  if (typeof folder !== "string" || !folder) throw argumentError("folder", "a path", folder);
  return History.open(
    (limit) => new FileStore(join(folder, `${encodeURIComponent(name)}.json`), limit),
    options,
  );
}
