const pocketrec = require("pocketrec");
const cache = require("pocketrec/cache");
const history = require("pocketrec/history");
const worker = require("pocketrec/worker");

import("./shared/runtime-lists.js").then(({ printLists }) =>
  printLists({ ...pocketrec, ...cache, ...history, ...worker }, process.argv.slice(2)),
);
