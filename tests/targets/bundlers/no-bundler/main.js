import { showLists } from "./shared/show-lists.js";

const start = () => new Worker("my-worker.js", { type: "module" });
const options = location.search === "?own" ? { start } : undefined;

showLists("node_modules/pocketrec/examples/first/books.safetensors", options);
