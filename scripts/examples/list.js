// The examples, and how each is checked.
import { checkEdge } from "./edge.js";
import { checkExtension, checkOffline, checkPacks, checkPage } from "./pages.js";
import { checkFirst, checkScript } from "./output.js";
import { walkGettingStarted } from "./walk.js";

/** @type {{ name: string, check: (example: any) => Promise<string | undefined> }[]} */
export const EXAMPLES = [
  { name: "getting-started", check: ({ folder, tarball }) => walkGettingStarted(folder, tarball) },
  { name: "first", check: checkFirst },
  { name: "node-script", check: checkScript },
  { name: "page", check: checkPage },
  { name: "vite-react", check: checkPage },
  { name: "vite-vue", check: checkPage },
  { name: "vite-svelte", check: checkPage },
  { name: "next", check: checkPage },
  { name: "worker", check: checkPage },
  { name: "express", check: checkPacks },
  { name: "offline", check: checkOffline },
  { name: "cloudflare-worker", check: checkEdge },
  { name: "extension", check: checkExtension },
];
