import address from "pocketrec/books.safetensors";

import { showLists } from "../shared/show-lists.js";

const start = () => new Worker("own-worker.js", { type: "module" });

showLists(address, location.search === "?own" ? { start } : undefined);
