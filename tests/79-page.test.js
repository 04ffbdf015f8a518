// The helpers of tests/lib/page.js themselves: they report what a page must not do.
import assert from "node:assert/strict";
import { test } from "node:test";

import { inBrowsers } from "./lib/page.js";

inBrowsers("a visit to the page", (at) => {
  test("reports errors, warnings and requests that the policy forbids", async () => {
    const page = await at.open();
    await page.evaluate(async () => {
      console.warn("a warning");
      await fetch("https://elsewhere.invalid/").catch(() => {});
      await fetch("nothing");
      setTimeout(() => {
        throw new Error("thrown");
      });
      new RTCPeerConnection();
      await new Promise((resolve) => setTimeout(resolve, 100));
    });
    const found = await at.close(page).then(
      () => [],
      ({ actual }) => actual,
    );
    for (const expected of [
      /^a warning$/,
      /^policy: connect-src https:\/\/elsewhere\.invalid/,
      /^404 http:\/\/127\.0\.0\.1:\d+\/nothing$/,
      /Error: thrown/,
      /^WebRTC is used$/,
    ])
      assert.ok(
        found.some((text) => expected.test(text)),
        `${expected}:\n${found.join("\n")}`,
      );
  });

  test("has the theme, the language and the motion that the visitor prefers", async () => {
    const page = await at.open("", { theme: "dark", language: "ko", reducedMotion: true });
    assert.deepEqual(
      await page.evaluate(() => [
        matchMedia("(prefers-color-scheme: dark)").matches,
        matchMedia("(prefers-reduced-motion: reduce)").matches,
        document.documentElement.lang,
      ]),
      [true, true, "ko"],
    );
    await at.close(page);
  });
});
