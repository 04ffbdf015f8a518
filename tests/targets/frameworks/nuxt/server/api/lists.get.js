import { resolve } from "node:path";

import { serverLists } from "#shared/server-lists.js";

export default defineEventHandler(() => serverLists(resolve("public/books.safetensors")));
