import "../shared/own-worker.js";
