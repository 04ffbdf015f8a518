// The page's "Speed lab" in Chromium and in Firefox: it measures, compares scores, stops, and
// leaves the page's thread free. No time decides anything here.
import assert from "node:assert/strict";
import { test } from "node:test";

import { inSection, press, settled, text } from "./lib/page.js";

const HASH = "#/speed?r=541:4,1240:4,1196:5,260:5,2571:5&lang=en";

/** What the table shows. */
const rows = (page) =>
  page.$$eval(".speed-results tbody tr", (found) =>
    found.map(({ dataset, cells }) => ({
      size: Number(dataset.size),
      ratio: Number(dataset.ratio),
      difference: Number(dataset.difference),
      ours: Number(dataset.package),
      theirs: Number(dataset.plain),
      shown: [cells[1], cells[2]].map((cell) => Number(cell.textContent)),
    })),
  );

const measured = (page, count) =>
  page.waitForFunction(
    (least) => document.querySelectorAll(".speed-results tbody tr").length >= least,
    { timeout: 60_000 },
    count,
  );

function assertHonest(result) {
  const { ours, theirs, shown } = result;
  assert.ok(ours > 0 && theirs > 0, JSON.stringify(result));
  assert.ok(Math.abs(result.ratio / (theirs / ours) - 1) < 1e-9, JSON.stringify(result));
  for (const [k, time] of [ours, theirs].entries())
    assert.ok(Math.abs(shown[k] / time - 1) < 0.01, JSON.stringify(result));
  assert.ok(result.difference < 1e-5, JSON.stringify(result));
}

inSection("the speed lab", (at) => {
  test("a short run comes by itself, and says what it found", async () => {
    const page = await at.open(HASH);
    await measured(page, 3);
    await settled(page);
    const results = await rows(page);
    assert.deepEqual(
      results.map(({ size }) => size),
      [10, 100, 1000],
    );
    results.forEach(assertHonest);
    const headline = await page.$eval(".speed-headline", ({ dataset, innerText }) => ({
      ...dataset,
      innerText,
    }));
    assert.equal(Number(headline.size), 1000);
    assert.equal(Number(headline.ratio), results[2].ratio);
    assert.ok(headline.innerText.includes(`${results[2].ratio.toFixed(1)} times`));
    assert.ok(["relaxed", "simd128"].includes(headline.simd));
    assert.match(await text(page, ".below"), /656 multiplications/);
    await at.close(page);
  });

  test("a long run follows the button, leaves the page free and stops when told", async () => {
    const page = await at.open(HASH.replace("speed?", "speed?model=candidates&"));
    await measured(page, 3);
    await settled(page);
    await page.click("button ::-p-text(Measure up to)");
    await measured(page, 4);
    // The page answers while the lab works.
    const frames = await page.evaluate(
      () =>
        new Promise((resolve) => {
          let count = 0;
          const end = performance.now() + 500;
          const frame = () => {
            count += 1;
            if (performance.now() < end) requestAnimationFrame(frame);
            else resolve(count);
          };
          requestAnimationFrame(frame);
        }),
    );
    assert.ok(frames >= 2, `${frames} frames in half a second`);
    await press(page, "button ::-p-text(Stop)");
    const results = await rows(page);
    results.forEach(assertHonest);
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal((await rows(page)).length, results.length);
    await at.close(page);
  });

  test("another model is measured anew, the question has an answer, Korean has texts", async () => {
    const page = await at.open(HASH.replace("lang=en", "lang=ko"));
    await measured(page, 3);
    await page.click("input[value=candidates]");
    await page.waitForFunction(() => location.hash.includes("model=candidates"));
    await measured(page, 3);
    await settled(page);
    (await rows(page)).forEach(assertHonest);
    await press(page, ".predict .pill:first-child");
    assert.doesNotMatch(await text(page, "main"), /undefined|NaN/);
    await at.close(page);
  });
});
