import { resolve } from "node:path";
import { json } from "@sveltejs/kit";

import { serverLists } from "../../../../shared/server-lists.js";

export const GET = async () => json(await serverLists(resolve("static/books.safetensors")));
