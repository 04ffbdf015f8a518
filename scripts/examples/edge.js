// The example that runs in Cloudflare's runtime, on this machine.
import assert from "node:assert/strict";

import { expectedTitles } from "./expected.js";
import { startServer } from "./server.js";

const LIKED = "The Ninth Moon";

/** @param {{ folder: string }} example */
export async function checkEdge({ folder }) {
  const server = await startServer(folder, ["npm", "run", "start"]);
  try {
    const query = new URLSearchParams({ history: LIKED });
    const list = await (await fetch(`${server.address}/?${query}`)).json();
    assert.deepEqual(
      list.map(({ item }) => item),
      await expectedTitles([LIKED]),
    );
  } finally {
    await server.stop();
  }
  return undefined;
}
