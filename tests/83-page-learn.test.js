// "Watch it learn" in browsers: what it shows is what the trainer gives in Node for the same
// settings, whichever control led there.
import assert from "node:assert/strict";
import { test } from "node:test";

import { FILMS, USERS } from "../web-demo/page/sections/learn/cast.js";
import { DEFAULTS } from "../web-demo/page/sections/learn/settings.js";
import { Trainer } from "../web-demo/page/sections/learn/trainer.js";
import { inSection, press, setRange, text } from "./lib/page.js";

const two = (value) => (Math.abs(value) < 0.005 ? 0 : value).toFixed(2);
const button = (name) => `.learn-buttons button ::-p-text(${name})`;
const knob = (index) => `.learn-knobs .knob:nth-of-type(${index}) input`;
const count = async (page, id) => text(page, `[data-count=${id}]`);
const fact = async (page, id) => text(page, `[data-fact=${id}]`);
const epochShown = async (page) => Number(await count(page, "epoch"));

/** The same training in Node. */
function trained(settings, epochs) {
  const trainer = new Trainer({ ...DEFAULTS, ...settings });
  for (let epoch = 0; epoch < epochs; epoch++) trainer.epoch();
  return trainer;
}

async function assertErrors(page, trainer) {
  const { train, test: kept } = trainer.world;
  assert.deepEqual(
    [await count(page, "training"), await count(page, "test")],
    [two(trainer.errorOver(train)), two(trainer.errorOver(kept))],
  );
}

/** Waits until the training stands at an epoch, or beyond. */
const reaches = (page, epoch) =>
  page.waitForFunction(
    (epoch) => Number(document.querySelector("[data-count=epoch]")?.textContent) >= epoch,
    {},
    epoch,
  );

inSection("the section that learns", (at) => {
  test("steps, plays, pauses and begins anew; the address says where it stands", async () => {
    const page = await at.open("#/learn?lang=en");
    await assertErrors(page, trained({}, 0));
    await press(page, button("One step"));
    assert.equal(await count(page, "step"), "1 of 10");
    assert.match(await text(page, ".learn-last-step"), /took 64 ratings, outlined/);
    for (let step = 1; step < 10; step++) await press(page, button("One step"));
    assert.equal(await epochShown(page), 1);
    assert.match(page.url(), /epoch=1$/);
    await assertErrors(page, trained({}, 1));
    await page.locator(button("Play")).click();
    await reaches(page, 6);
    await press(page, button("Pause"));
    const epoch = await epochShown(page);
    assert.match(page.url(), new RegExp(`epoch=${epoch}$`));
    await assertErrors(page, trained({}, epoch));
    assert.match(await text(page, "p.unseen[role=status]"), new RegExp(`^Epoch ${epoch}\\. `));
    await press(page, button("Reset"));
    assert.equal(await epochShown(page), 0);
    await assertErrors(page, trained({}, 0));
    await at.close(page);
  });

  test("each model by the address: errors, and the arithmetic of a prediction", async () => {
    for (const model of ["mf", "mlp", "neumf", "autorec"]) {
      const page = await at.open(`#/learn?model=${model}&size=4&epoch=20&lang=en`);
      await reaches(page, 20);
      const trainer = trained({ model, size: 4 }, 20);
      await page.waitForFunction(
        (shown) => document.querySelector("[data-slot=prediction]")?.textContent === shown,
        {},
        two(trainer.predictions()[0]),
      );
      await assertErrors(page, trainer);
      assert.equal(await fact(page, "truth"), two(trainer.world.truth[0]));
      assert.equal(await fact(page, "predicted"), two(trainer.predictions()[0]));
      const { terms } = trainer.explain({ user: 0, item: 0 });
      for (const { name, values } of terms) {
        const sum = values.reduce((all, value) => all + value, 0);
        const shown = await text(page, `[data-row=${name}] .score`);
        assert.equal(shown.replace("− ", "-").replace("+ ", ""), two(sum), name);
      }
      await at.close(page);
    }
  });

  test("every control begins anew with its setting", async () => {
    const page = await at.open("#/learn?lang=en");
    const settings = {};
    const asserted = async (name, value) => {
      settings[name] = value;
      assert.match(page.url(), new RegExp(`[?&]${name}=${value}(&|$)`));
      await assertErrors(page, trained(settings, await epochShown(page)));
    };
    await setRange(page, knob(1), 1);
    await asserted("size", 2);
    await setRange(page, knob(2), 3);
    await asserted("rate", 0.03);
    await setRange(page, knob(3), 2);
    await asserted("decay", 0.002);
    await setRange(page, knob(4), 4);
    await asserted("noise", 1);
    await press(page, ".learn-knobs .pill ::-p-text(NeuMF)");
    await asserted("model", "neumf");
    await press(page, ".learn-knobs button");
    await asserted("seed", 2);
    await at.close(page);
  });

  test("a cell is found and kept by the keyboard", async () => {
    const page = await at.open("#/learn?epoch=5&lang=en");
    await reaches(page, 5);
    const trainer = trained({}, 5);
    await page.focus("[data-matrix=predicted] canvas");
    for (const key of ["ArrowDown", "ArrowRight", "ArrowRight", "Enter", "Tab"])
      await page.keyboard.press(key);
    const index = trainer.world.items + 2;
    await page.waitForFunction(
      (title) => document.querySelector(".learn-arithmetic h2").textContent === title,
      {},
      `${USERS[1]} × ${FILMS[2].en}`,
    );
    assert.equal(await fact(page, "truth"), two(trainer.world.truth[index]));
    assert.equal(await fact(page, "predicted"), two(trainer.predictions()[index]));
    await at.close(page);
  });

  test("a number that is pointed at lights those that it is made of", async () => {
    const page = await at.open("#/learn?epoch=5&lang=en");
    await reaches(page, 5);
    await page.focus("[data-row=products] canvas");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    const readout = await text(page, ".learn-readout");
    const { layers, terms } = trained({}, 5).explain({ user: 0, item: 0 });
    const [user, item] = layers.map(({ values }) => values[1]);
    const product = terms.find(({ name }) => name === "products").values[1];
    assert.equal(
      readout,
      `Number 2: user's embedding ${two(user)} · film's embedding ${two(item)} · ` +
        `products ${two(product)}`,
    );
    await at.close(page);
  });

  test("the question is answered by training, the links lead to states", async () => {
    const page = await at.open("#/learn?lang=en");
    await press(page, ".predict .pill ::-p-text(Both fall)");
    await page.waitForSelector(".predict a");
    const answer = await text(page, ".predict");
    for (const size of [4, 8]) {
      const trainer = trained({ size }, 200);
      const { train, test: kept } = trainer.world;
      assert.ok(answer.includes(two(trainer.errorOver(train))), answer);
      assert.ok(answer.includes(two(trainer.errorOver(kept))), answer);
    }
    await page.locator(".learn-tries a ::-p-text(Penalty)").click();
    await page.waitForFunction(() => location.hash.includes("decay=0.002"));
    await reaches(page, 200);
    await assertErrors(page, trained({ decay: 0.002 }, 200));
    await at.close(page);
  });

  test("with reduced motion it shows every 25th epoch; Korean", async () => {
    const page = await at.open("#/learn?lang=ko", { reducedMotion: true });
    await page.locator(button("재생")).click();
    await reaches(page, 1);
    assert.equal((await epochShown(page)) % 25, 0);
    await press(page, button("멈춤"));
    assert.match(await text(page, "p.unseen[role=status]"), /학습 오차/);
    await at.close(page);
  });
});
