import * as pocketrec from "pocketrec";
import * as cache from "pocketrec/cache";
import * as history from "pocketrec/history";
import * as worker from "pocketrec/worker";

import { printLists } from "./shared/runtime-lists.js";

await printLists({ ...pocketrec, ...cache, ...history, ...worker }, process.argv.slice(2));
