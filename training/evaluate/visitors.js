/**
 * Prints docs/visitors.md: what the demo shows five made-up visitors.
 *
 *     node training/evaluate/visitors.js > docs/visitors.md
 */
import { pageOf } from "./visitors/page.js";
import { showVisitors } from "./visitors/lists.js";

process.stdout.write(await pageOf(await showVisitors()));
