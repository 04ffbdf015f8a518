// @vitest-environment jsdom
import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { listsOfPage } from "./shared/show-lists.js";

const WEIGHTS = "node_modules/pocketrec/examples/first/books.safetensors";

test("the page gives the lists, of bytes", async () => {
  expect(navigator.userAgent).toMatch(/jsdom/);
  const { recommended, ranked, diversified } = JSON.parse(readFileSync("expected.json", "utf8"));
  expect(await listsOfPage(readFileSync(WEIGHTS))).toEqual({ recommended, ranked, diversified });
});
