/** k-means takes tenths of a second, so it runs here. */
import { buildCells } from "./inverted-file.js";

addEventListener("message", ({ data: { vectors, width, options } }) =>
  postMessage(buildCells(vectors, width, options)),
);
