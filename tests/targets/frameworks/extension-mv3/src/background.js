import { scopeLists } from "../shared/scope-lists.js";

chrome.runtime.onMessage.addListener((_message, _sender, respond) => {
  scopeLists("books.safetensors").then(respond, ({ stack }) => respond({ error: stack }));
  return true; // the answer comes later
});
