import { showLists } from "./shared/show-lists.js";

const start = () => new Worker("my-worker.js", { type: "module" });
const options = location.search === "?own" ? { start } : undefined;

showLists("https://cdn.example/npm/pocketrec@0/examples/first/books.safetensors", options);
