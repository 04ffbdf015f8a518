import { showLists } from "../shared/show-lists.js";

const address = String(new URL("pocketrec/books.safetensors", import.meta.url));
const start = () =>
  new Worker(new URL("../shared/own-worker.js", import.meta.url), { type: "module" });

showLists(address, location.search === "?own" ? { start } : undefined);
