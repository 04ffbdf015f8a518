import { scopeLists } from "../shared/scope-lists.js";

self.addEventListener("message", (event) => {
  const answer = scopeLists("books.safetensors").catch(({ stack }) => ({ error: stack }));
  event.waitUntil(answer.then((lists) => event.source.postMessage(lists)));
});
