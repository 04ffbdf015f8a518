import { showLists } from "../shared/show-lists.js";

const start = () => new Worker("own-worker.js", { type: "module" });

showLists("books.safetensors", location.search === "?own" ? { start } : undefined);
