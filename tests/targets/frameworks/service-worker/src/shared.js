import { scopeLists } from "../shared/scope-lists.js";

self.addEventListener("connect", async ({ ports: [port] }) =>
  port.postMessage(await scopeLists("books.safetensors").catch(({ stack }) => ({ error: stack }))),
);
