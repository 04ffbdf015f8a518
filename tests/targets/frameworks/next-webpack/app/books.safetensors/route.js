// The weights, as one cached file: the same for every visitor.
import { readFile } from "node:fs/promises";

export const dynamic = "force-static";

export async function GET() {
  const file = "node_modules/pocketrec/examples/first/books.safetensors";
  return new Response(await readFile(file), {
    headers: { "content-type": "application/octet-stream" },
  });
}
