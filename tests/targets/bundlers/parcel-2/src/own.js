import address from "url:pocketrec/books.safetensors";

import { showLists } from "../shared/show-lists.js";

const start = () =>
  new Worker(new URL("../shared/own-worker.js", import.meta.url), { type: "module" });

showLists(address, { start });
