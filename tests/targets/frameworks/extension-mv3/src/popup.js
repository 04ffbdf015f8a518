// Extension pages forbid blob:, so the worker has a script of the extension's own.
import { showLists } from "../shared/show-lists.js";

const start = () =>
  new Worker(new URL("../shared/own-worker.js", import.meta.url), { type: "module" });

await showLists("books.safetensors", { start });

const answer = await chrome.runtime.sendMessage("lists");
document.querySelector("#background").textContent = JSON.stringify(answer);
