// Ranks on the server, in the process and in a thread.
import { resolve } from "node:path";

import { serverLists } from "../../../shared/server-lists.js";

export const dynamic = "force-dynamic";

export async function GET() {
  return Response.json(
    await serverLists(resolve("node_modules/pocketrec/examples/first/books.safetensors")),
  );
}
