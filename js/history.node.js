/**
 * The entry for Node: as history.js, in a file.
 */
import { join } from "node:path";
import envPaths from "env-paths";

import { argumentError } from "./common/arguments.js";
import { inspected } from "./common/inspected.js";
import { FileStore } from "./history/file-store.js";
import { History } from "./history/history.js";
import { assertHistoryName } from "./history/name.js";

export { PocketrecError } from "./common/errors.js";

inspected(History, "History", ({ interactionCount, storage }) => [
  `${interactionCount} interactions`,
  `storage: ${storage}`,
]);

/** @type {typeof import("./history.js").openHistory} */
export async function openHistory(
  name,
  { folder = dataFolder(), recover = false, ...options } = {},
) {
  assertHistoryName(name);
  if (typeof recover !== "boolean") throw argumentError("recover", "true or false", recover);
  if (typeof folder !== "string" || !folder) throw argumentError("folder", "a path", folder);
  const path = join(folder, encodeURIComponent(name));
  const { onWarning } = options;
  return History.open((limit) => new FileStore(path, limit, { recover, onWarning }), options);
}

const dataFolder = () => envPaths("pocketrec", { suffix: "" }).data;
